import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { createFile, MP4BoxBuffer } from "mp4box";

/** What an initialization segment says of its one track. */
export interface Init {
  readonly sizeBytes: number;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  /** RFC 6381, for example `avc1.640028`. */
  readonly codecs: string;
  /** Ticks a second. */
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  readonly sampleRate: number;
  readonly channels: number;
}

/** What one media segment holds, in ticks of its track. */
export interface Fragment {
  readonly sizeBytes: number;
  readonly decodeTime: number;
  /** Of each sample, in the order of decoding. */
  readonly durations: readonly number[];
  /** Which samples can be decoded without another. */
  readonly keyframes: readonly number[];
  /** Where its first sample lies together with the headers that it needs (`moof`): offset and length in bytes. */
  readonly firstSample: readonly [offset: number, length: number];
}

/** The bit of a sample's flags that says: depends on others (ISO 14496-12, 8.8.3.1). */
const NOT_SYNC = 0x10000;
/** The bit of a run's flags that says: only the first sample's flags are not the common ones (8.8.8.1). */
const FIRST_SAMPLE_DIFFERS = 0x4;

/** Length and type of a box, 4 bytes each (ISO 14496-12, 4.2). No file of an encode has the 4 GiB that longer ones are for. */
const BOX_HEADER_BYTES = 8;

/** Reads `init.mp4`. Throws when it is no complete initialization segment of one track. */
export async function readInit(path: string): Promise<Init> {
  const bytes = await readFile(path);
  const [track, ...others] = parse(bytes).getInfo().tracks;
  if (!track || others.length > 0) throw new Error("is no initialization segment of one track");
  return {
    sizeBytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    codecs: track.codec,
    timescale: track.timescale,
    width: track.video?.width ?? 0,
    height: track.video?.height ?? 0,
    sampleRate: track.audio?.sample_rate ?? 0,
    channels: track.audio?.channel_count ?? 0,
  };
}

/**
 * Reads a segment, but for its media. Throws when it is not complete: one fragment, and all the bytes of its samples.
 */
export async function readFragment(path: string): Promise<Fragment> {
  await using handle = await open(path);
  const { size: sizeBytes } = await handle.stat();
  const boxes = await outline(handle, sizeBytes);
  const media = boxes.at(-1);
  if (media?.type !== "mdat" || media.start + media.size !== sizeBytes)
    throw new Error("ends within its media data");
  const head = Buffer.alloc(media.start);
  await handle.read(head, 0, head.length, 0);
  const moof = parse(head).moofs[0];
  const [track] = moof?.trafs ?? [];
  const [run] = track?.truns ?? [];
  const isSingle = ["moof", "mdat"].every((name) => boxes.filter(({ type }) => type === name).length === 1);
  if (!track || !run || !isSingle || track.truns.length !== 1) throw new Error("holds no single fragment");
  const sizes = samples(run.sample_count, run.sample_size, track.tfhd.default_sample_size);
  if (sum(sizes) !== media.size - BOX_HEADER_BYTES)
    throw new Error("holds other media data than its samples");
  const first = run.flags & FIRST_SAMPLE_DIFFERS ? [run.first_sample_flags] : run.sample_flags;
  const flags = samples(run.sample_count, first, track.tfhd.default_sample_flags);
  const start = moof?.start ?? 0;
  return {
    sizeBytes,
    decodeTime: track.tfdt.baseMediaDecodeTime,
    durations: samples(run.sample_count, run.sample_duration, track.tfhd.default_sample_duration),
    // Offsets of a run count from the first byte of its fragment (8.8.7.1).
    firstSample: [start, run.data_offset + (sizes[0] ?? 0)],
    keyframes: flags.flatMap((flag, index) => ((flag & NOT_SYNC) === 0 ? [index] : [])),
  };
}

/** The coded pictures of a segment, in the order that they are shown in. Throws when it holds no fragment. */
export function picturesOf(bytes: Buffer): Buffer[] {
  const moof = parse(bytes).moofs[0];
  const run = moof?.trafs[0]?.truns[0];
  if (!moof || !run) throw new Error("holds no fragment");
  const defaults = moof.trafs[0]?.tfhd;
  const durations = samples(run.sample_count, run.sample_duration, defaults?.default_sample_duration ?? 0);
  const sizes = samples(run.sample_count, run.sample_size, defaults?.default_sample_size ?? 0);
  let [decoded, offset] = [0, (moof.start ?? 0) + run.data_offset];
  const pictures = sizes.map((size, index) => {
    const picture = {
      shown: decoded + (run.sample_composition_time_offset[index] ?? 0),
      bytes: bytes.subarray(offset, offset + size),
    };
    decoded += durations[index] ?? 0;
    offset += size;
    return picture;
  });
  return pictures.sort((a, b) => a.shown - b.shown).map((picture) => picture.bytes);
}

/** Whether a segment that is being written is there to its last byte: its boxes fill the file, and media data ends it. */
export async function isWhole(path: string): Promise<boolean> {
  // Asked again and again of files that are not there yet: without an error for each.
  if (!existsSync(path)) return false;
  await using handle = await open(path);
  const { size } = await handle.stat();
  const last = (await outline(handle, size)).at(-1);
  return last?.type === "mdat" && last.start + last.size === size;
}

interface Box {
  readonly type: string;
  readonly start: number;
  readonly size: number;
}

/** The boxes of a file, up to one whose header is not there or says nothing of use. */
async function outline(handle: FileHandle, fileBytes: number): Promise<Box[]> {
  const boxes: Box[] = [];
  const header = Buffer.alloc(BOX_HEADER_BYTES);
  for (let start = 0; start + BOX_HEADER_BYTES <= fileBytes;) {
    await handle.read(header, 0, header.length, start);
    const size = header.readUInt32BE(0);
    if (size < BOX_HEADER_BYTES) break;
    boxes.push({ type: header.toString("latin1", 4), start, size });
    start += size;
  }
  return boxes;
}

function parse(bytes: Buffer) {
  const file = createFile();
  // A copy: a small file's buffer is part of a larger one.
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0), true);
  return file;
}

/** A value that is the same for all samples of a run is stated once, in the fragment's header. */
function samples(count: number, own: readonly number[], common: number): number[] {
  return Array.from({ length: count }, (_, index) => own[index] ?? common);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
