import type { Video } from "./video.ts";
import { STATUS_WORDS } from "./words.ts";

/** What changed between two looks at the same videos, for those who cannot see it change: one sentence a video. */
export function changesOf(before: readonly Video[], after: readonly Video[]): string[] {
  const statuses = new Map(before.map(({ id, status }) => [id, status]));
  return after
    .filter(({ id, status }) => statuses.has(id) && statuses.get(id) !== status)
    .map(({ title, status }) => `${title}: ${STATUS_WORDS[status]}.`);
}
