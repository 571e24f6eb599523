import { createFile, type ISOFile, MP4BoxBuffer } from "mp4box";

/** The samples of one fragment, in the order of decoding, with the bytes that they are made of. */
export interface Samples {
  readonly durations: readonly number[];
  readonly sizes: readonly number[];
  /** How much later than decoded each is shown. */
  readonly offsets: readonly number[];
  /** Which can be decoded without another. */
  readonly keyframes: readonly number[];
  readonly data: Uint8Array;
}

/** The bit of a sample's flags that says: depends on others (ISO 14496-12, 8.8.3.1). */
const NOT_SYNC = 0x10000;
/** The bit of a run's flags that says: only the first sample's flags are not the common ones (8.8.8.1). */
const FIRST_SAMPLE_DIFFERS = 0x4;

/** Parses what lies in memory, whole. */
export function parse(bytes: Uint8Array): ISOFile {
  const file = createFile();
  // A copy: the parser wants a buffer of its own.
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0), true);
  return file;
}

/** The fragments of a segment that was measured when it was made. Throws when it is not what was measured then. */
export function readFragments(segment: Uint8Array): Samples[] {
  const { moofs } = parse(segment);
  if (moofs.length === 0) throw new Error("A segment holds no fragment.");
  return moofs.map((moof) => {
    const [track] = moof.trafs;
    const [run] = track?.truns ?? [];
    if (!track || !run || track.truns.length !== 1) throw new Error("A fragment is not one run of samples.");
    const { tfhd } = track;
    const each = (own: readonly number[] | undefined, common: number) =>
      Array.from({ length: run.sample_count }, (_, index) => own?.[index] ?? common);
    const sizes = each(run.sample_size, tfhd.default_sample_size);
    const first = run.flags & FIRST_SAMPLE_DIFFERS ? [run.first_sample_flags] : run.sample_flags;
    const flags = each(first, tfhd.default_sample_flags);
    // Offsets of a run count from the first byte of its fragment (8.8.7.1).
    const start = (moof.start ?? 0) + run.data_offset;
    const data = segment.subarray(start, start + sizes.reduce((sum, size) => sum + size, 0));
    return {
      ...{ sizes, data },
      durations: each(run.sample_duration, tfhd.default_sample_duration),
      offsets: each(run.sample_composition_time_offset, 0),
      keyframes: flags.flatMap((flag, index) => ((flag & NOT_SYNC) === 0 ? [index] : [])),
    };
  });
}
