import { tryRedis } from "../cache/client.ts";
import type { Attempt } from "../storage/keys.ts";
import { parseJson } from "../util/json.ts";
import { combine, PartProgress, type Progress, PROGRESS_TTL_SECONDS, progressKey } from "./progress.ts";

/** Shows live progress to readers. Never rejects: work goes on when nobody can watch it. */
export async function writeProgress(videoId: string, progress: PartProgress): Promise<void> {
  const key = progressKey(videoId);
  // Both go out together: the client sends what was asked for in one turn as one pipeline.
  await tryRedis((redis) =>
    Promise.all([
      redis.hset(key, String(progress.part), JSON.stringify(progress)),
      redis.expire(key, PROGRESS_TTL_SECONDS),
    ]),
  );
}

/** How far an earlier run of the same part came, 0 to 1: a task that is tried again shows no less. Never rejects. */
export async function reachedBefore({ videoId, attempt }: Attempt, part: number): Promise<number> {
  const text = await tryRedis((redis) => redis.hget(progressKey(videoId), String(part)));
  const before = parseJson(text ?? "null", PartProgress);
  return before?.attempt === attempt ? before.progress : 0;
}

/** The live progress of those videos that have any, in one round trip. Never rejects. */
export async function readProgress(videoIds: readonly string[]): Promise<Map<string, Progress>> {
  if (videoIds.length === 0) return new Map();
  const hashes = await tryRedis((redis) =>
    Promise.all(videoIds.map((videoId) => redis.hvals(progressKey(videoId)))),
  );
  const found = videoIds.flatMap((id, index) => {
    const parts = (hashes?.[index] ?? []).flatMap((text) => parseJson(text, PartProgress) ?? []);
    const progress = combine(parts);
    return progress ? [[id, progress] as const] : [];
  });
  return new Map(found);
}
