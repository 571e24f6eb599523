import { MAX_PICTURES } from "@telecine/core/media/limits";
import { type SecondLoad, weigh } from "@telecine/core/media/load";
import type { Span, Timeline } from "@telecine/core/media/timeline";

/** With the bytes of the largest packet of each stream. */
export interface PacketTimeline extends Timeline {
  readonly largestPackets: ReadonlyMap<number, number>;
}

export interface TimelineReader {
  readonly read: (line: string) => void;
  readonly end: () => PacketTimeline;
}

interface Packet {
  readonly stream: number;
  readonly time: number;
  readonly duration: number;
  readonly sizeBytes: number;
  readonly isKeyframe: boolean;
}

/** Collects the lines of `packetArgs`, and keeps the times of one stream's pictures. */
export function createTimelineReader(pictureStream: number): TimelineReader {
  const spans = new Map<number, Span>();
  const pictureTimes: number[] = [];
  const load = new Map<number, SecondLoad>();
  const largestPackets = new Map<number, number>();
  const read = (line: string) => {
    const fields = line.split(",");
    noteSize(largestPackets, fields);
    const packet = parsePacket(fields);
    if (!packet) return;
    spans.set(packet.stream, extend(spans.get(packet.stream), packet));
    if (packet.stream !== pictureStream || pictureTimes.length > MAX_PICTURES) return;
    pictureTimes.push(packet.time);
    const second = Math.floor(packet.time);
    load.set(second, weigh(load.get(second), packet));
  };
  const end = () => ({
    ...{ spans, load, largestPackets },
    pictureTimes: pictureTimes.sort((a, b) => a - b),
  });
  return { read, end };
}

/** Of packets without a time, too: they are decoded like others. */
function noteSize(largest: Map<number, number>, [stream, , , , size]: readonly string[]): void {
  const sizeBytes = Number(size);
  if (stream && sizeBytes > (largest.get(Number(stream)) ?? 0)) largest.set(Number(stream), sizeBytes);
}

/**
 * Reads `0,0.023000,0.023000,0.040000,1234,K_`: stream, presentation time, decoding time, duration, size, flags. Undefined
 * for a packet that an edit list hides (`D`) or that has no time.
 */
function parsePacket(fields: readonly string[]): Packet | undefined {
  const [stream, shown, decoded, duration, size, flags] = fields;
  const time = toNumber(shown) ?? toNumber(decoded);
  if (time === undefined || !stream || flags?.includes("D")) return undefined;
  return {
    ...{ stream: Number(stream), time, duration: toNumber(duration) ?? 0 },
    ...{ sizeBytes: toNumber(size) ?? 0, isKeyframe: flags?.includes("K") ?? false },
  };
}

function extend(span: Span | undefined, { time, duration }: Packet): Span {
  return {
    startSeconds: Math.min(span?.startSeconds ?? Infinity, time),
    endSeconds: Math.max(span?.endSeconds ?? -Infinity, time + duration),
  };
}

function toNumber(text: string | undefined): number | undefined {
  const seconds = text ? Number(text) : NaN;
  return Number.isFinite(seconds) ? seconds : undefined;
}
