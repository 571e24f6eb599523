export interface MeasuredSegment {
  readonly sizeBytes: number;
  readonly durationSeconds: number;
}

export interface Bandwidth {
  /** Bits per second. */
  readonly peak: number;
  readonly average: number;
}

/**
 * The measured bit rates of a media playlist, as RFC 8216 defines BANDWIDTH and AVERAGE-BANDWIDTH: the peak is the highest
 * rate of any run of segments that lasts between 0.5 and 1.5 target durations, so a short last segment alone is none.
 */
export function measureBandwidth(segments: readonly MeasuredSegment[], targetSeconds: number): Bandwidth {
  const average = bitRate(segments);
  const rates = segments.flatMap((_, start) => runsFrom(segments, start, targetSeconds));
  return { peak: Math.ceil(Math.max(average, ...rates)), average: Math.ceil(average) };
}

/** Segments shorter than a tenth of the target are no packager's work; the limit keeps long playlists linear. */
const MOST_IN_A_RUN = 15;

/** The rates of the runs that begin at a segment and are long enough to count. */
function runsFrom(segments: readonly MeasuredSegment[], start: number, targetSeconds: number): number[] {
  const rates: number[] = [];
  let durationSeconds = 0;
  let sizeBytes = 0;
  for (const segment of segments.slice(start, start + MOST_IN_A_RUN)) {
    durationSeconds += segment.durationSeconds;
    sizeBytes += segment.sizeBytes;
    if (durationSeconds > 1.5 * targetSeconds) break;
    if (durationSeconds >= 0.5 * targetSeconds) rates.push((sizeBytes * 8) / durationSeconds);
  }
  return rates;
}

function bitRate(segments: readonly MeasuredSegment[]): number {
  const durationSeconds = segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);
  return (segments.reduce((sum, segment) => sum + segment.sizeBytes, 0) * 8) / durationSeconds;
}

interface Timed {
  readonly segments: readonly { readonly durationSeconds: number }[];
}

/** The longest segment, rounded as its EXTINF is to be rounded. The same for all streams, so that they switch together. */
export function targetDuration(streams: readonly Timed[]): number {
  const longest = Math.max(
    ...streams.flatMap(({ segments }) => segments.map(({ durationSeconds }) => durationSeconds)),
  );
  return Math.max(1, Math.round(longest));
}

/** Seconds from the beginning of the first segment to the end of the last, of the longest stream. */
export function durationOf(streams: readonly Timed[]): number {
  return Math.max(
    ...streams.map(({ segments }) => segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0)),
  );
}
