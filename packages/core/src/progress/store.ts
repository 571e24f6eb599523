import { tryRedis } from "../cache/client.ts";
import { parseJson } from "../util/json.ts";
import { Progress, PROGRESS_TTL_SECONDS, progressKey } from "./progress.ts";

/** Shows live progress to readers. Never rejects: work goes on when nobody can watch it. */
export async function writeProgress(videoId: string, progress: Progress): Promise<void> {
  const text = JSON.stringify(progress);
  await tryRedis((redis) => redis.set(progressKey(videoId), text, "EX", PROGRESS_TTL_SECONDS));
}

/** The live progress of those videos that have any, in one round trip. Never rejects. */
export async function readProgress(videoIds: readonly string[]): Promise<Map<string, Progress>> {
  if (videoIds.length === 0) return new Map();
  const texts = await tryRedis((redis) => redis.mget(videoIds.map(progressKey)));
  const found = videoIds.flatMap((id, index) => {
    const progress = parseJson(texts?.[index] ?? "null", Progress);
    return progress ? [[id, progress] as const] : [];
  });
  return new Map(found);
}
