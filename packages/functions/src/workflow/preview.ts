import { GROWING_CACHE_CONTROL } from "@telecine/core/playlist/playlist";
import { outputPrefix, taskInputKey } from "@telecine/core/storage/keys";
import { getJson, putBytes, putText, readRange } from "@telecine/core/storage/storage";
import { TaskInput, type TaskTicket } from "@telecine/core/task/contract";
import { log } from "@telecine/core/util/log";
import { makePlayable } from "@telecine/core/video/playable";
import { findRow } from "@telecine/core/video/video";
import { createReader } from "../preview/reader.ts";
import { show } from "../preview/show.ts";
import { openSource } from "../preview/source.ts";
import type { Stage } from "../preview/stage.ts";
import { LIMITS, obstacleOf } from "../preview/streamable.ts";
import { OpenGroup } from "../preview/track.ts";
import { StepError, superseded } from "./error.ts";
import { step, Ticket } from "./step.ts";

/** Before Lambda ends the function (infra/workflow.ts), with time for the last segments and the end of the playlists. */
const BUDGET_MS = 150_000;

const SEGMENT = { contentType: "video/mp4", cacheControl: "public, max-age=31536000, immutable" };
const PLAYLIST = { contentType: "application/vnd.apple.mpegurl", cacheControl: GROWING_CACHE_CONTROL };

interface Previewed {
  readonly published: boolean;
  /** How it ended, or why it did not begin. */
  readonly reason: string;
}

/**
 * Lets people play a source as it is, seconds after it was uploaded, where every player can: its packets are copied, nothing is
 * encoded. The tasks work meanwhile, and what they make takes its place. Whatever happens here, the video goes on.
 */
export const handler = step(Ticket, async (ticket): Promise<Previewed> => {
  const input = await getJson(taskInputKey(ticket), TaskInput);
  if (!input) throw superseded();
  const previewed = await preview(ticket, input.source);
  log.info(
    { ...previewed },
    previewed.published ? "The source can be played" : "The source is not shown as it is",
  );
  return previewed;
});

async function preview(
  ticket: TaskTicket,
  { key, sizeBytes, etag }: TaskInput["source"],
): Promise<Previewed> {
  if (sizeBytes > LIMITS.sizeBytes) return left("size");
  const stage = stageFor(ticket);
  if (!(await stage.isWanted())) return left("unwanted");
  const reader = createReader(sizeBytes, async (start, end) => {
    const bytes = await readRange(key, start, end, etag);
    if (bytes?.length !== end - start)
      throw new StepError("Unavailable", "The source was replaced meanwhile.");
    return bytes;
  });
  using source = await openSource(reader);
  const obstacle = source ? obstacleOf(source.candidate) : "container";
  if (!source || obstacle) return left(obstacle ?? "container");
  try {
    const ending = await show(source, stage);
    return { published: ending !== "unwanted", reason: ending };
  } catch (error) {
    if (error instanceof OpenGroup) return left("open_group");
    throw error;
  }
}

const left = (reason: string): Previewed => ({ published: false, reason });

function stageFor(ticket: TaskTicket): Stage {
  const prefix = outputPrefix(ticket);
  const endsAt = performance.now() + BUDGET_MS;
  let hlsKey: string | null = null;
  return {
    store: (key, bytes) => putBytes(prefix + key, bytes, SEGMENT),
    storePlaylist: (key, text) => putText(prefix + key, text, PLAYLIST),
    announce: async (key) => {
      hlsKey = prefix + key;
      return makePlayable({ ...ticket, hlsKey });
    },
    isWanted: async () => {
      const video = await findRow(ticket.videoId);
      if (video?.attempt !== ticket.attempt) return false;
      // Where tasks were faster, there is something to play already.
      return video.status === "processing" || (video.status === "playable" && video.hlsKey === hlsKey);
    },
    isLate: () => performance.now() >= endsAt,
    now: () => performance.now(),
  };
}
