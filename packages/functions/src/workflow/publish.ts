import { codecOf } from "@telecine/core/ladder/ladder";
import type { ReadyMessage } from "@telecine/core/message/message";
import { buildManifest } from "@telecine/core/playlist/manifest";
import {
  buildPlaylists,
  codecsOf,
  endGrowing,
  GROWING_CACHE_CONTROL,
  isGrowing,
  mediaKey,
  type PlaylistFile,
  type Playlists,
} from "@telecine/core/playlist/playlist";
import { buildStoryboard } from "@telecine/core/storyboard/storyboard";
import { outputPrefix } from "@telecine/core/storage/keys";
import { listSizes, putText } from "@telecine/core/storage/storage";
import type { EncodedRendition, ReadyResult, TaskTicket } from "@telecine/core/task/contract";
import { findReady, publish, type Publication } from "@telecine/core/video/outcome";
import { findRow } from "@telecine/core/video/video";
import { enterPhase } from "@telecine/core/video/phase";
import { outputInvalid, superseded } from "./error.ts";
import { readMade } from "./made.ts";
import { step, Ticket } from "./step.ts";
import { account, type Stored } from "./usage.ts";

/** Makes what a task has stored public: playlists first, then one transaction. Gives the message for the completion topic. */
export const handler = step(Ticket, async (ticket): Promise<ReadyMessage> => {
  const published = await findReady(ticket);
  if (published) return published;
  const result = await readMade(ticket);
  if (!(await enterPhase({ ...ticket, phase: "publishing" }))) return readyMeanwhile(ticket);
  const prefix = outputPrefix(result);
  const sizes = await listSizes(prefix);
  assertStored(result, sizes);
  const documents = describe(result);
  await writeDocuments(prefix, documents);
  await account(ticket, storedOf(sizes));
  await endEarlyPlaylists(ticket, prefix, result);
  const outcome = await publish(toPublication(result, prefix, documents));
  if (outcome.outcome === "superseded") throw superseded();
  return outcome.message;
});

/** A run of this step that timed out may have gone on, and have published before this one. */
async function readyMeanwhile(ticket: TaskTicket): Promise<ReadyMessage> {
  const published = await findReady(ticket);
  if (!published) throw superseded();
  return published;
}

/** A player that meets a missing segment stops: nothing is published that the bucket does not hold whole. */
function assertStored(
  { renditions, audio, poster, storyboard }: ReadyResult,
  sizes: ReadonlyMap<string, number>,
): void {
  const files = [...renditions, ...audio].flatMap(({ init, segments }) => [init, ...segments]);
  const wrong = [...files, poster, ...storyboard.sheets].find(
    ({ key, sizeBytes }) => sizes.get(key) !== sizeBytes,
  );
  if (wrong) throw outputInvalid(`The output is not complete in the bucket: ${wrong.key}. Try again.`);
}

/** What is kept, but for the last playlists: those are small. */
function storedOf(sizes: ReadonlyMap<string, number>): Stored {
  return { bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), objects: sizes.size };
}

/** What players read beside the media itself. */
interface Documents {
  readonly playlists: Playlists;
  readonly manifest: PlaylistFile;
  readonly storyboard: PlaylistFile;
}

function describe({ renditions, audio, storyboard }: ReadyResult): Documents {
  const [{ frameCount, frameRate } = { frameCount: 0, frameRate: "1/1" }] = renditions;
  return {
    playlists: buildPlaylists(renditions, audio),
    manifest: buildManifest(renditions, audio, storyboard),
    storyboard: { key: "storyboard.vtt", text: buildStoryboard(storyboard, { frameCount, frameRate }) },
  };
}

/** Each attempt has a folder of its own, so what lies under a key never changes. */
const cacheControl = "public, max-age=31536000, immutable";
const HLS = { contentType: "application/vnd.apple.mpegurl", cacheControl };
/** They changed until now, so that caches have asked for them anew each time. */
const GROWING_HEADERS = { ...HLS, cacheControl: GROWING_CACHE_CONTROL };
const DASH = { contentType: "application/dash+xml", cacheControl };
const WEBVTT = { contentType: "text/vtt; charset=utf-8", cacheControl };

async function writeDocuments(
  prefix: string,
  { playlists: { media, multivariant }, manifest, storyboard }: Documents,
): Promise<void> {
  const put = ({ key, text }: PlaylistFile, headers: typeof HLS) => putText(prefix + key, text, headers);
  await Promise.all([...media.map((playlist) => put(playlist, HLS)), put(storyboard, WEBVTT)]);
  // Last, for whoever follows them: all that they name is there.
  await put(multivariant, HLS);
  await put(manifest, DASH);
}

/** Whoever plays the video since before it was ready, plays on to its end. */
async function endEarlyPlaylists(
  { videoId }: TaskTicket,
  prefix: string,
  { renditions, audio }: ReadyResult,
): Promise<void> {
  const video = await findRow(videoId);
  if (!video?.hlsKey || !isGrowing(video.hlsKey)) return;
  const ended = endGrowing([...renditions, ...audio]);
  await Promise.all(ended.map(({ key, text }) => putText(prefix + key, text, GROWING_HEADERS)));
}

function toPublication(
  result: ReadyResult,
  prefix: string,
  { playlists, manifest, storyboard }: Documents,
): Publication {
  const { videoId, attempt, source, renditions, audio, poster, droppedRungs } = result;
  return {
    ...{ videoId, attempt, source },
    hlsKey: prefix + playlists.multivariant.key,
    dashKey: prefix + manifest.key,
    posterKey: prefix + poster.key,
    storyboardKey: prefix + storyboard.key,
    droppedRungs,
    renditions: renditions.map((rendition, index) => ({
      ...{
        name: rendition.name,
        width: rendition.width,
        height: rendition.height,
        frameRate: rendition.frameRate,
      },
      codecs: codecsOf(rendition, audio),
      ...rateOf(rendition),
      bandwidth: playlists.bandwidths[index]?.peak ?? 0,
      averageBandwidth: playlists.bandwidths[index]?.average ?? 0,
      sizeBytes: [rendition.init, ...rendition.segments].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      segmentCount: rendition.segments.length,
      playlistKey: prefix + mediaKey(rendition),
    })),
  };
}

/** Why there is a rendition, and what its picture spends: as measured, as expected, and as a fixed ladder would have. */
function rateOf({ name, rung, init, segments }: EncodedRendition) {
  const bytes = [init, ...segments].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const seconds = segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  return {
    codec: codecOf(name),
    reason: rung?.reason ?? null,
    bitrate: Math.round((bytes * 8) / seconds),
    predictedBitrate: rung?.predictedBitrateKbps ? rung.predictedBitrateKbps * 1000 : null,
    fixedBitrate: rung ? rung.fixedBitrateKbps * 1000 : null,
  };
}
