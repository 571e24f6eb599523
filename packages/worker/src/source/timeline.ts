import { MAX_PICTURES } from "@telecine/core/media/limits";
import type { Span, Timeline } from "@telecine/core/media/timeline";

export interface TimelineReader {
  readonly read: (line: string) => void;
  readonly end: () => Timeline;
}

interface Packet {
  readonly stream: number;
  readonly time: number;
  readonly duration: number;
}

/** Collects the lines of `packetArgs`, and keeps the times of one stream's pictures. */
export function createTimelineReader(pictureStream: number): TimelineReader {
  const spans = new Map<number, Span>();
  const pictureTimes: number[] = [];
  const read = (line: string) => {
    const packet = parsePacket(line);
    if (!packet) return;
    spans.set(packet.stream, extend(spans.get(packet.stream), packet));
    if (packet.stream === pictureStream && pictureTimes.length <= MAX_PICTURES)
      pictureTimes.push(packet.time);
  };
  return { read, end: () => ({ spans, pictureTimes: pictureTimes.sort((a, b) => a - b) }) };
}

/**
 * Reads `0,0.023000,0.023000,0.040000,K_`: stream, presentation time, decoding time, duration, flags. Undefined for a
 * packet that an edit list hides (`D`) or that has no time.
 */
function parsePacket(line: string): Packet | undefined {
  const [stream, shown, decoded, duration, flags] = line.split(",");
  const time = toSeconds(shown) ?? toSeconds(decoded);
  if (time === undefined || !stream || flags?.includes("D")) return undefined;
  return { stream: Number(stream), time, duration: toSeconds(duration) ?? 0 };
}

function extend(span: Span | undefined, { time, duration }: Packet): Span {
  return {
    startSeconds: Math.min(span?.startSeconds ?? Infinity, time),
    endSeconds: Math.max(span?.endSeconds ?? -Infinity, time + duration),
  };
}

function toSeconds(text: string | undefined): number | undefined {
  const seconds = text ? Number(text) : NaN;
  return Number.isFinite(seconds) ? seconds : undefined;
}
