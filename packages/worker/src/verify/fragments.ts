import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
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

/** A box begins with its length and its type, 4 bytes each (ISO 14496-12, 4.2); ffmpeg writes longer lengths beyond 4 GiB alone. */
const BOX_HEADER_BYTES = 8;

/** Reads `init.mp4`. Throws when it is no complete initialization segment of one track. */
export async function readInit(path: string): Promise<Init> {
  const { file, sizeBytes, sha256 } = await parse(path);
  const [track, ...others] = file.getInfo().tracks;
  if (!track || others.length > 0) throw new Error("is no initialization segment of one track");
  return {
    sizeBytes,
    sha256,
    codecs: track.codec,
    timescale: track.timescale,
    width: track.video?.width ?? 0,
    height: track.video?.height ?? 0,
    sampleRate: track.audio?.sample_rate ?? 0,
    channels: track.audio?.channel_count ?? 0,
  };
}

/** Reads a segment. Throws when it is not complete: one fragment, and all the bytes of its samples. */
export async function readFragment(path: string): Promise<Fragment> {
  const { file, sizeBytes } = await parse(path);
  const [moof, mdat] = [file.moofs[0], file.mdats[0]];
  const [track] = moof?.trafs ?? [];
  const [run] = track?.truns ?? [];
  if (!track || !run || file.moofs.length !== 1 || track.truns.length !== 1)
    throw new Error("holds no single fragment");
  if (!mdat || (mdat.start ?? 0) + mdat.size !== sizeBytes) throw new Error("ends within its media data");
  const sizes = samples(run.sample_count, run.sample_size, track.tfhd.default_sample_size);
  if (sum(sizes) !== mdat.size - (mdat.hdr_size ?? 0))
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

/**
 * Whether a segment that is being written is complete: its boxes fill the file to its last byte, and media data ends it. A
 * file that is not there is not complete.
 */
export async function isWhole(path: string): Promise<boolean> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const header = Buffer.alloc(BOX_HEADER_BYTES);
    for (let at = 0; at < size;) {
      const { bytesRead } = await file.read(header, 0, header.length, at);
      const length = bytesRead === header.length ? header.readUInt32BE(0) : 0;
      if (length < header.length) return false;
      at += length;
      if (at === size) return header.toString("latin1", 4) === "mdat";
    }
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function parse(path: string) {
  const bytes = await readFile(path);
  const file = createFile();
  // A copy: a small file's buffer is part of a larger one.
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0), true);
  return { file, sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** A value that is the same for all samples of a run is stated once, in the fragment's header. */
function samples(count: number, own: readonly number[], common: number): number[] {
  return Array.from({ length: count }, (_, index) => own[index] ?? common);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
