import type { Track } from "./boxes.ts";

/** What an edit list shows of a track, in ticks of the track's clock. */
export interface Edit {
  readonly isNone: boolean;
  /** How long nothing is shown at first. */
  readonly emptyTicks: number;
  readonly startTicks: number;
  readonly endTicks: number;
}

const NONE: Edit = { isNone: true, emptyTicks: 0, startTicks: 0, endTicks: 0 };

/** The edit of a track; null for a list that does more than to leave out the beginning and the end. */
export function editOf({ edts, mdia }: Track, movieTimescale: number): Edit | null {
  const entries = edts?.elst?.entries ?? [];
  if (entries.length === 0) return NONE;
  const toTicks = (duration: number) => Math.round((duration * mdia.mdhd.timescale) / movieTimescale);
  const empty = entries.filter(({ media_time }) => media_time === -1);
  const [shown, ...others] = entries.slice(empty.length);
  if (!shown || others.length > 0 || shown.media_time < 0 || !(movieTimescale > 0)) return null;
  if (entries.slice(0, empty.length).some(({ media_time }) => media_time !== -1)) return null;
  // Played at another speed, or until an end that is not stated.
  if (shown.media_rate_integer !== 1 || shown.media_rate_fraction !== 0 || shown.segment_duration <= 0)
    return null;
  return {
    isNone: false,
    emptyTicks: empty.reduce((sum, { segment_duration }) => sum + toTicks(segment_duration), 0),
    startTicks: shown.media_time,
    endTicks: shown.media_time + toTicks(shown.segment_duration),
  };
}
