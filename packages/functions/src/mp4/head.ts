import { BoxParser, DataStream, Endianness, type ISOFile } from "mp4box";
import { parse } from "./fragments.ts";
import type { SampleTable } from "./table.ts";

/** A track to be: the initialization of its segments, and what was found in them. */
export interface Track {
  readonly init: Uint8Array;
  readonly table: SampleTable;
}

/** A header of media data with its size in 64 bits: 4 GB are not the end. */
const MDAT_HEADER_BYTES = 16;

/** The most that is said of a track. */
export interface Limits {
  readonly samples: number;
  readonly fragments: number;
  /** Whether samples are shown in another order than they are decoded in. */
  readonly reordered: boolean;
}

/** What a track's index holds beside its tables: descriptions, headers, edits. */
const DESCRIPTION_BYTES = 16 * 1024;

/**
 * The most bytes that a track needs before the media data: a size for each sample, and a delay in the worst case; a few
 * figures for each fragment. All samples last equally long, as was found when they were measured.
 */
export function headLimit({ samples, fragments, reordered }: Limits): number {
  return DESCRIPTION_BYTES + samples * (reordered ? 4 + 8 : 4) + fragments * (8 + 4 + 8 + 12);
}

/**
 * All that a file has before its media data, filled to `bytes` so that the data begins there: its type, its index, and the
 * header of the data. Throws when that is not enough.
 */
export function buildHead(tracks: readonly Track[], bytes: number, dataBytes: number): Uint8Array {
  const index = buildIndex(tracks, bytes);
  const rest = bytes - FTYP.length - index.length - MDAT_HEADER_BYTES;
  if (rest < 8) throw new Error(`An index of ${index.length} bytes does not fit into ${bytes}.`);
  const header = Buffer.alloc(MDAT_HEADER_BYTES);
  header.writeUInt32BE(1, 0);
  header.write("mdat", 4, "latin1");
  header.writeBigUInt64BE(BigInt(dataBytes + MDAT_HEADER_BYTES), 8);
  return Buffer.concat([FTYP, index, boxOf("free", Buffer.alloc(rest - 8)), header]);
}

/** A plain MP4, as players have known it for twenty years. */
const FTYP = boxOf("ftyp", Buffer.from("isom\0\0\x02\0isomiso2avc1mp41", "latin1"));

function boxOf(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, body]);
}

type Trak = ISOFile["moov"]["traks"][number];

/** The tracks' own descriptions with tables of samples in the place of empty ones (ISO 14496-12, 8.6 and 8.7). */
function buildIndex(tracks: readonly Track[], dataStart: number): Uint8Array {
  const movies = tracks.map(({ init }) => parse(init).moov);
  const traks = tracks.map(({ table }, position) => {
    const trak = movies[position]?.traks[0];
    if (!trak) throw new Error("An initialization describes no track.");
    fillTables(trak, table, dataStart);
    trak.tkhd.track_id = position + 1;
    return trak;
  });
  const [movie, [first]] = [movies[0], traks];
  if (!movie || !first) throw new Error("A file has a track.");
  // One clock for the film, that of the picture, so that its length is not rounded; the sound ends with it.
  const { timescale } = first.mdia.mdhd;
  const lengths = tracks.map(({ table }, position) => shownTicks(traks[position] ?? first, table, timescale));
  const [whole = 0] = lengths;
  traks.forEach((trak, position) => {
    setLength(trak, Math.min(lengths[position] ?? whole, whole));
  });
  movie.mvhd.timescale = timescale;
  movie.mvhd.duration = whole;
  movie.mvhd.next_track_id = traks.length + 1;
  movie.boxes = [movie.mvhd, ...traks];
  const stream = new DataStream(undefined, 0, Endianness.BIG_ENDIAN);
  movie.write(stream);
  return new Uint8Array(stream.buffer, 0, stream.byteLength);
}

function fillTables(trak: Trak, table: SampleTable, dataStart: number): void {
  const { stbl } = trak.mdia.minf;
  const { stsd, stts, stsc, stsz } = stbl;
  const { box: Box } = BoxParser;
  const [ctts, stss, co64] = [new Box.ctts(), new Box.stss(), new Box.co64()];
  trak.mdia.mdhd.duration = table.ends.decoded;
  stts.sample_counts = table.durations.counts;
  stts.sample_deltas = table.durations.values;
  ctts.sample_counts = table.offsets.counts;
  ctts.sample_offsets = table.offsets.values;
  stss.sample_numbers = table.keyframes;
  stsz.sample_sizes = table.sizes;
  co64.chunk_offsets = table.chunks.starts.map((start) => start + dataStart);
  const { counts } = table.chunks;
  const changes = counts.flatMap((count, index) => (count === counts[index - 1] ? [] : [index]));
  stsc.first_chunk = changes.map((index) => index + 1);
  stsc.samples_per_chunk = changes.map((index) => counts[index] ?? 0);
  stsc.sample_description_index = changes.map(() => 1);
  const isDelayed = table.offsets.values.some((offset) => offset !== 0);
  const isDependent = table.keyframes.length < table.sizes.length;
  stbl.boxes = [
    ...[stsd, stts, ...(isDelayed ? [ctts] : []), ...(isDependent ? [stss] : [])],
    ...[stsc, stsz, co64],
  ];
}

/** How long a track is shown, in ticks of the film: without what its edit list cuts off at the beginning. */
function shownTicks({ edts, mdia }: Trak, { ends }: SampleTable, timescale: number): number {
  const cut = edts?.elst?.entries[0]?.media_time ?? 0;
  return Math.round(((ends.shown - cut) * timescale) / mdia.mdhd.timescale);
}

/** Segments say of no edit how long it lasts: all that follows belongs to it. */
function setLength({ tkhd, edts }: Trak, ticks: number): void {
  tkhd.duration = ticks;
  for (const entry of edts?.elst?.entries ?? []) entry.segment_duration = ticks;
}
