import type { ReadyMessage } from "@telecine/core/message/message";
import { buildManifest } from "@telecine/core/playlist/manifest";
import {
  buildPlaylists,
  codecsOf,
  mediaKey,
  type PlaylistFile,
  type Playlists,
} from "@telecine/core/playlist/playlist";
import { outputPrefix, taskResultKey } from "@telecine/core/storage/keys";
import { getJson, listSizes, putText } from "@telecine/core/storage/storage";
import { TaskResult, type TaskTicket } from "@telecine/core/task/contract";
import { findReady, publish, type Publication } from "@telecine/core/video/outcome";
import { enterPhase } from "@telecine/core/video/phase";
import { outputInvalid, rejected, superseded } from "./error.ts";
import { step, Ticket } from "./step.ts";

type Ready = Extract<TaskResult, { outcome: "ready" }>;

/** Makes what a task has stored public: playlists first, then one transaction. Gives the message for the completion topic. */
export const handler = step(Ticket, async (ticket): Promise<ReadyMessage> => {
  const published = await findReady(ticket);
  if (published) return published;
  const result = await readResult(ticket);
  if (!(await enterPhase({ ...ticket, phase: "publishing" }))) return readyMeanwhile(ticket);
  const prefix = outputPrefix(result);
  assertStored(result, await listSizes(prefix));
  const playlists = buildPlaylists(result.renditions, result.audio);
  const manifest = buildManifest(result.renditions, result.audio);
  await writePlaylists(prefix, playlists, manifest);
  const outcome = await publish(toPublication(result, prefix, playlists, manifest));
  if (outcome.outcome === "superseded") throw superseded();
  return outcome.message;
});

/** A run of this step that timed out may have gone on, and have published before this one. */
async function readyMeanwhile(ticket: TaskTicket): Promise<ReadyMessage> {
  const published = await findReady(ticket);
  if (!published) throw superseded();
  return published;
}

async function readResult(ticket: TaskTicket): Promise<Ready> {
  const result = await getJson(taskResultKey(ticket), TaskResult);
  if (!result) throw outputInvalid("The task ended without a result. Try again.");
  if (result.outcome === "rejected") throw rejected({ code: result.code, message: result.message });
  if (result.videoId === ticket.videoId && result.attempt === ticket.attempt) return result;
  throw outputInvalid("The task's result belongs to another attempt. Try again.");
}

/** A player that meets a missing segment stops: nothing is published that the bucket does not hold whole. */
function assertStored({ renditions, audio, poster }: Ready, sizes: ReadonlyMap<string, number>): void {
  const files = [...renditions, ...audio].flatMap(({ init, segments }) => [init, ...segments]);
  const wrong = [...files, poster].find(({ key, sizeBytes }) => sizes.get(key) !== sizeBytes);
  if (wrong) throw outputInvalid(`The output is not complete in the bucket: ${wrong.key}. Try again.`);
}

/** Each attempt has a folder of its own, so what lies under a key never changes. */
const cacheControl = "public, max-age=31536000, immutable";
const HLS = { contentType: "application/vnd.apple.mpegurl", cacheControl };
const DASH = { contentType: "application/dash+xml", cacheControl };

async function writePlaylists(
  prefix: string,
  { media, multivariant }: Playlists,
  manifest: PlaylistFile,
): Promise<void> {
  await Promise.all(media.map(({ key, text }) => putText(prefix + key, text, HLS)));
  // Last, for whoever follows them: all that they name is there.
  await putText(prefix + multivariant.key, multivariant.text, HLS);
  await putText(prefix + manifest.key, manifest.text, DASH);
}

function toPublication(
  result: Ready,
  prefix: string,
  playlists: Playlists,
  manifest: PlaylistFile,
): Publication {
  const { videoId, attempt, source, renditions, audio, poster } = result;
  return {
    ...{ videoId, attempt, source },
    hlsKey: prefix + playlists.multivariant.key,
    dashKey: prefix + manifest.key,
    posterKey: prefix + poster.key,
    renditions: renditions.map((rendition, index) => ({
      ...{
        name: rendition.name,
        width: rendition.width,
        height: rendition.height,
        frameRate: rendition.frameRate,
      },
      codecs: codecsOf(rendition, audio),
      bandwidth: playlists.bandwidths[index]?.peak ?? 0,
      averageBandwidth: playlists.bandwidths[index]?.average ?? 0,
      sizeBytes: [rendition.init, ...rendition.segments].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      segmentCount: rendition.segments.length,
      playlistKey: prefix + mediaKey(rendition),
    })),
  };
}
