import type { CaptionRow } from "@telecine/core/captions/captions.sql";
import { fingerprint, rowsOf, toTrack } from "@telecine/core/captions/rows";
import { read } from "@telecine/core/database/transaction";
import { codecOf } from "@telecine/core/ladder/ladder";
import type { ReadyMessage } from "@telecine/core/message/message";
import {
  codecsOf,
  endGrowing,
  GROWING_CACHE_CONTROL,
  isGrowing,
  mediaKey,
} from "@telecine/core/playlist/playlist";
import {
  buildDocuments,
  type Documents,
  HLS,
  revised,
  writeDocuments,
} from "@telecine/core/presentation/presentation";
import { Settings } from "@telecine/core/settings/settings";
import { outputPrefix } from "@telecine/core/storage/keys";
import { listSizes, putText } from "@telecine/core/storage/storage";
import type { EncodedRendition, ReadyResult, TaskTicket } from "@telecine/core/task/contract";
import { findReady, publish, type Publication } from "@telecine/core/video/outcome";
import { findRow } from "@telecine/core/video/video";
import { enterPhase } from "@telecine/core/video/phase";
import { storeClosed } from "./closed.ts";
import { outputInvalid, StepError, superseded } from "./error.ts";
import { readMade } from "./made.ts";
import { makeMp4, type Mp4 } from "./mp4.ts";
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
  const mp4 = (await isMp4Wanted(ticket)) ? await makeMp4(result, prefix) : null;
  if (mp4) sizes.set(mp4.key, mp4.sizeBytes);
  const closed = await storeClosed(result, prefix);
  for (const { key, sizeBytes } of closed) sizes.set(key, sizeBytes);
  await account(ticket, storedOf(sizes));
  const worded = { ...result, captions: [...result.captions, ...closed] };
  return publishWithWords(worded, mp4, (key) => sizes.has(key));
});

async function isMp4Wanted({ videoId }: TaskTicket): Promise<boolean> {
  const video = await findRow(videoId);
  return Settings.parse(video?.settings ?? {}).mp4;
}

/** A run of this step that timed out may have gone on, and have published before this one. */
async function readyMeanwhile(ticket: TaskTicket): Promise<ReadyMessage> {
  const published = await findReady(ticket);
  if (!published) throw superseded();
  return published;
}

/** A player that meets a missing segment stops: nothing is published that the bucket does not hold whole. */
function assertStored(
  { renditions, audio, captions, poster, storyboard, thumbnails }: ReadyResult,
  sizes: ReadonlyMap<string, number>,
): void {
  const files = [...renditions, ...audio].flatMap(({ init, segments }) => [init, ...segments]);
  const wrong = [...files, ...captions, poster, ...storyboard.sheets, ...thumbnails].find(
    ({ key, sizeBytes }) => sizes.get(key) !== sizeBytes,
  );
  if (wrong) throw outputInvalid(`The output is not complete in the bucket: ${wrong.key}. Try again.`);
}

/** What is kept, but for the last playlists: those are small. */
function storedOf(sizes: ReadonlyMap<string, number>): Stored {
  return { bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), objects: sizes.size };
}

/** Somebody sends words while the last steps are done. */
const MOST_TRIES = 20;

/** Writes what players read, with the words that the video has, and commits it unless they have changed meanwhile. */
async function publishWithWords(
  result: ReadyResult,
  mp4: Mp4 | null,
  isStored: (key: string) => boolean,
): Promise<ReadyMessage> {
  const prefix = outputPrefix(result);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const sent = await read(() => rowsOf(result.videoId));
    const found = withoutSent(result.captions, sent).map((one) => ({ ...one, key: prefix + one.key }));
    const tracks = [...sent.map((row) => toTrack(row, prefix)), ...found.map((row) => toTrack(row, prefix))];
    const plain = buildDocuments(result, tracks);
    const documents = sent.length > 0 ? revised(plain) : plain;
    await writeDocuments(prefix, result, documents);
    await endEarlyPlaylists(result, prefix, isStored);
    const publication = toPublication(result, prefix, documents);
    const outcome = await publish({ ...publication, mp4, words: { sent: fingerprint(sent), found } });
    if (outcome.outcome === "superseded") throw superseded();
    if (outcome.outcome === "published") return outcome.message;
  }
  throw new StepError("Unavailable", "The video's words change all the time.");
}

/** What the owner sends in a language stands in for what the source has in it; what is forced is another thing. */
function withoutSent(found: ReadyResult["captions"], sent: readonly CaptionRow[]): ReadyResult["captions"] {
  return found.filter(
    ({ language, kind }) => kind === "forced" || sent.every((row) => row.language !== language),
  );
}

/** They changed until now, so that caches have asked for them anew each time. */
const GROWING_HEADERS = { ...HLS, cacheControl: GROWING_CACHE_CONTROL };

/**
 * Whoever plays the video since before it was ready, plays on to its end. Playlists of the source as it is have ended by
 * themselves (preview.ts), and their files stay.
 */
async function endEarlyPlaylists(
  { videoId, renditions, audio }: ReadyResult,
  prefix: string,
  isStored: (key: string) => boolean,
): Promise<void> {
  const video = await findRow(videoId);
  if (!video?.hlsKey || !isGrowing(video.hlsKey)) return;
  const ended = endGrowing([...renditions, ...audio], isStored);
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
    ...thumbnailsOf(result),
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

/** How many there are, and how far apart: their names follow. */
function thumbnailsOf({ renditions, storyboard: { framesPerTile }, thumbnails }: ReadyResult) {
  const [ticks = 1, ticksPerFrame = 1] = (renditions[0]?.frameRate ?? "1/1").split("/").map(Number);
  return {
    thumbnailCount: thumbnails.length,
    thumbnailSeconds: (framesPerTile * ticksPerFrame) / ticks,
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
