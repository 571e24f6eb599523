import {
  CmafOutputFormat,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  type InputTrack,
  NullTarget,
  Output,
} from "mediabunny";
import { decodeEarlier } from "./delay.ts";
import { LEAST_SECONDS, type Sound, type Source } from "./source.ts";

/** A piece of a track that can be played alone, after the track's initialization. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly durationSeconds: number;
}

/** A track that is copied packet by packet, in the order of decoding. */
export interface TrackCopy {
  /** When the next packet is shown; null when there is none. */
  readonly nextSeconds: () => number | null;
  /** Copies the next packet. Gives the segment that is complete by it, if one is. */
  readonly step: () => Promise<Piece | null>;
  /** What a player reads first: known with the first segment. */
  readonly init: () => Uint8Array;
}

/** A picture that the index takes for a beginning, and that others before it are needed for. */
export class OpenGroup extends Error {
  override readonly name = "OpenGroup";
}

/** Copies the picture, shown so many seconds later than in the file. Rejects with {@link OpenGroup}. */
export async function copyPicture(
  { picture, lengthBytes, reorderSeconds }: Source,
  shiftSeconds: number,
): Promise<TrackCopy> {
  const decoderConfig = (await picture.getDecoderConfig()) ?? undefined;
  const source = new EncodedVideoPacketSource("avc");
  const writer = createWriter((output) => output.addVideoTrack(source), reorderTicks(reorderSeconds));
  const add = (packet: EncodedPacket) => {
    if (packet.type === "key" && !holdsIdr(packet.data, lengthBytes))
      throw new OpenGroup("A group of pictures needs pictures of the one before it.");
    return source.add(shifted(packet, shiftSeconds), { ...(decoderConfig ? { decoderConfig } : {}) });
  };
  return createCopy(packetsOf(picture), writer, add, shiftSeconds);
}

/** Copies the sound that its edit list does not hide, heard so many seconds later than in the file. */
export async function copySound({ track, endSeconds }: Sound, shiftSeconds: number): Promise<TrackCopy> {
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  const source = new EncodedAudioPacketSource("aac");
  const writer = createWriter((output) => output.addAudioTrack(source));
  const isHeard = ({ timestamp, duration }: EncodedPacket) =>
    isHeardAfterZero(timestamp + duration) && timestamp < endSeconds;
  const add = (packet: EncodedPacket) =>
    source.add(shifted(packet, shiftSeconds), { ...(decoderConfig ? { decoderConfig } : {}) });
  return createCopy(packetsOf(track, isHeard), writer, add, shiftSeconds);
}

/** When the first of the sound is heard that its edit list does not hide: a little before zero, where a packet lies across. */
export async function firstSoundSeconds({ track }: Sound): Promise<number> {
  const sink = new EncodedPacketSink(track);
  for await (const { timestamp, duration } of sink.packets(undefined, undefined, { metadataOnly: true }))
    if (isHeardAfterZero(timestamp + duration)) return timestamp;
  return 0;
}

/** Times are fractions: what ends at zero may end a little later by rounding. */
const isHeardAfterZero = (endSeconds: number) => endSeconds > 1e-6;

const shifted = (packet: EncodedPacket, seconds: number) =>
  packet.clone({ timestamp: packet.timestamp + seconds });

async function* packetsOf(
  track: InputTrack,
  isKept: (packet: EncodedPacket) => boolean = () => true,
): AsyncGenerator<EncodedPacket, void> {
  for await (const packet of new EncodedPacketSink(track).packets()) if (isKept(packet)) yield packet;
}

/** What a muxer says while it writes. */
interface Writer {
  readonly output: Output;
  readonly init: () => Uint8Array;
  /** The fragment that was finished since it was asked last. */
  readonly take: () => { readonly bytes: Uint8Array; readonly startSeconds: number } | null;
}

/** Of the muxer's clock for pictures. */
const TICKS_PER_SECOND = 57_600;

/** A tick more than that, for the times that are rounded. */
const reorderTicks = (seconds: number) => (seconds === 0 ? 0 : Math.ceil(seconds * TICKS_PER_SECOND + 1));

/** How much later than in the file all has to be shown, so that nothing is heard or decoded before the beginning of time. */
export function shiftFor({ startSeconds, reorderSeconds }: Source, soundSeconds: number): number {
  const decodeSeconds = startSeconds - reorderTicks(reorderSeconds) / TICKS_PER_SECOND;
  return Math.max(0, -decodeSeconds, -soundSeconds);
}

function createWriter(addTrack: (output: Output) => void, earlierTicks = 0): Writer {
  const head: Uint8Array[] = [];
  let moof: { bytes: Uint8Array; startSeconds: number } | null = null;
  let fragment: { bytes: Uint8Array; startSeconds: number } | null = null;
  const format = new CmafOutputFormat({
    minimumFragmentDuration: LEAST_SECONDS,
    onFtyp: (data) => head.push(data.slice()),
    onMoov: (data) => head.push(data.slice()),
    onMoof: (data, _, startSeconds) => {
      moof = { bytes: earlierTicks > 0 ? decodeEarlier(data, earlierTicks) : data.slice(), startSeconds };
    },
    onMdat: (data) => {
      if (moof) fragment = { ...moof, bytes: Buffer.concat([moof.bytes, data]) };
    },
  });
  const output = new Output({ format, target: new NullTarget(), initTarget: new NullTarget() });
  addTrack(output);
  return {
    output,
    init: () => Buffer.concat(head),
    take: () => {
      const taken = fragment;
      fragment = null;
      return taken;
    },
  };
}

async function createCopy(
  packets: AsyncGenerator<EncodedPacket, void>,
  { output, init, take }: Writer,
  add: (packet: EncodedPacket) => Promise<void>,
  shiftSeconds: number,
): Promise<TrackCopy> {
  await output.start();
  let next = await packets.next();
  let endSeconds = 0;
  const pieceUntil = (end: number): Piece | null => {
    const fragment = take();
    return fragment && { bytes: fragment.bytes, durationSeconds: end - fragment.startSeconds };
  };
  return {
    init,
    nextSeconds: () => (next.done ? null : next.value.timestamp),
    step: async () => {
      if (next.done) return null;
      const packet = next.value;
      const startSeconds = packet.timestamp + shiftSeconds;
      await add(packet);
      endSeconds = Math.max(endSeconds, startSeconds + packet.duration);
      // A fragment is finished by the first packet of the next one.
      const piece = pieceUntil(startSeconds);
      next = await packets.next();
      if (!next.done) return piece;
      await output.finalize();
      if (piece) throw new Error("The last packet of a track is a segment of its own.");
      return pieceUntil(endSeconds);
    },
  };
}

/** Whether a picture is one that decoding can begin with (ISO 14496-10, 7.4.1.2.4): before it, nothing is shown that comes later. */
function holdsIdr(sample: Uint8Array, lengthBytes: number): boolean {
  let at = 0;
  while (at + lengthBytes < sample.length) {
    let length = 0;
    for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (sample[at + index] ?? 0);
    const kind = (sample[at + lengthBytes] ?? 0) & 31;
    if (kind === IDR) return true;
    at += lengthBytes + length;
  }
  return false;
}

const IDR = 5;
