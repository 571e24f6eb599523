import { createHash } from "node:crypto";
import { z } from "zod";
import type { CaptionTrack } from "../playlist/captions.ts";
import { buildManifest } from "../playlist/manifest.ts";
import { buildPlaylists, type PlaylistFile, type Playlists } from "../playlist/playlist.ts";
import { getJson, putText } from "../storage/storage.ts";
import { buildStoryboard } from "../storyboard/storyboard.ts";
import { EncodedAudio, EncodedRendition, Storyboard } from "../task/contract.ts";

/**
 * All that playlists and manifest are written from, but for the words. It is kept beside them, because the documents of
 * the task are gone in a few days and words may come in years.
 */
const Presentation = z.strictObject({
  /** Best first. */
  renditions: z.array(EncodedRendition).min(1),
  /** The default track first. */
  audio: z.array(EncodedAudio),
  storyboard: Storyboard,
});
export type Presentation = z.infer<typeof Presentation>;

export function presentationKey(prefix: string): string {
  return `${prefix}presentation.json`;
}

/** What players read beside the media itself. */
export interface Documents {
  readonly playlists: Playlists;
  readonly manifest: PlaylistFile;
  readonly storyboard: PlaylistFile;
}

/** The documents of an attempt as it was made: the same each time. */
export function buildDocuments(
  { renditions, audio, storyboard }: Presentation,
  captions: readonly CaptionTrack[],
): Documents {
  const [{ frameCount, frameRate } = { frameCount: 0, frameRate: "1/1" }] = renditions;
  return {
    playlists: buildPlaylists(renditions, audio, captions),
    manifest: buildManifest(renditions, audio, { storyboard, captions }),
    storyboard: { key: "storyboard.vtt", text: buildStoryboard(storyboard, { frameCount, frameRate }) },
  };
}

/** The same under names of their own: what was once told to caches to be for ever is not written again. */
export function revised(documents: Documents): Documents {
  const { playlists, manifest } = documents;
  return {
    ...documents,
    playlists: { ...playlists, multivariant: named(playlists.multivariant) },
    manifest: named(manifest),
  };
}

/** `master.m3u8` becomes `master-1f2e3d4c5b6a.m3u8`, by what is in it. */
function named({ key, text }: PlaylistFile): PlaylistFile {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return { key: key.replace(".", `-${hash}.`), text };
}

/** Each attempt has a folder of its own, so what lies under a key never changes. */
const cacheControl = "public, max-age=31536000, immutable";
export const HLS = { contentType: "application/vnd.apple.mpegurl", cacheControl };
const DASH = { contentType: "application/dash+xml", cacheControl };
export const WEBVTT = { contentType: "text/vtt; charset=utf-8", cacheControl };

/** Writes everything below the prefix, the first documents that a player opens last: all that they name is there. */
export async function writeDocuments(
  prefix: string,
  presentation: Presentation,
  { playlists, manifest, storyboard }: Documents,
): Promise<void> {
  const put = ({ key, text }: PlaylistFile, headers: typeof HLS) => putText(prefix + key, text, headers);
  const { renditions, audio } = presentation;
  const kept = JSON.stringify({
    renditions,
    audio,
    storyboard: presentation.storyboard,
  } satisfies Presentation);
  await Promise.all([
    ...[...playlists.media, ...playlists.captions].map((playlist) => put(playlist, HLS)),
    put(storyboard, WEBVTT),
    putText(presentationKey(prefix), kept, { contentType: "application/json" }),
  ]);
  await put(playlists.multivariant, HLS);
  await put(manifest, DASH);
}

/** Writes what is new when words have come or gone. */
export async function writeRevision(prefix: string, { playlists, manifest }: Documents): Promise<void> {
  await Promise.all(playlists.captions.map(({ key, text }) => putText(prefix + key, text, HLS)));
  await putText(prefix + playlists.multivariant.key, playlists.multivariant.text, HLS);
  await putText(prefix + manifest.key, manifest.text, DASH);
}

/** What an attempt's documents were written from; null where none were. */
export function readPresentation(prefix: string): Promise<Presentation | null> {
  return getJson(presentationKey(prefix), Presentation);
}
