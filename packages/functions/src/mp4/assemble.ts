import { parse, readFragments, type Samples } from "./fragments.ts";
import { buildHead, headLimit, type Limits } from "./head.ts";
import { addSamples, createTable, type SampleTable } from "./table.ts";

/** One track as it lies in the bucket, in segments. */
export interface Stored {
  readonly init: Uint8Array;
  /** One behind the other, from the first one on. */
  readonly segments: AsyncIterable<Uint8Array>;
  readonly limits: Limits;
}

/** Takes a file's bytes from its beginning to its end, but for the first ones, which come last. */
export interface Sink {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Puts these bytes before all others, and closes the file. */
  readonly finish: (head: Uint8Array) => Promise<void>;
}

/**
 * Makes one MP4 of tracks that lie in segments, the picture first: nothing is encoded, and each sample is as it was. Its
 * index comes before the media, so that players begin at once; the room for it is reckoned beforehand, because the media
 * are not read twice.
 */
export async function assemble(tracks: readonly Stored[], sink: Sink): Promise<Assembled> {
  const headBytes = headBytesOf(tracks);
  const readers = tracks.map(openTrack);
  let dataBytes = 0;
  for (let reader = await earliest(readers); reader; reader = await earliest(readers)) {
    const samples = await reader.next();
    if (!samples) continue;
    addSamples(reader.table, samples, dataBytes);
    dataBytes += samples.data.length;
    await sink.write(samples.data);
  }
  const made = tracks.map(({ init }, index) => ({ init, table: readers[index]?.table ?? createTable() }));
  await sink.finish(buildHead(made, headBytes, dataBytes));
  return { sizeBytes: headBytes + dataBytes, samples: made.map(({ table }) => table.sizes.length) };
}

export interface Assembled {
  readonly sizeBytes: number;
  /** Of each track. */
  readonly samples: readonly number[];
}

/** What comes before the media data of a file of these tracks. */
export function headBytesOf(tracks: readonly Pick<Stored, "limits">[]): number {
  return tracks.reduce((sum, { limits }) => sum + headLimit(limits), 0);
}

interface Reader {
  readonly table: SampleTable;
  /** When the next fragment is decoded; undefined when there is none. */
  readonly nextSeconds: () => Promise<number | undefined>;
  readonly next: () => Promise<Samples | undefined>;
}

function openTrack({ init, segments }: Stored): Reader {
  const timescale = parse(init).moov.traks[0]?.mdia.mdhd.timescale ?? 1;
  const table = createTable();
  const source = segments[Symbol.asyncIterator]();
  let waiting: Samples[] = [];
  const fill = async () => {
    if (waiting.length > 0) return;
    const next: IteratorResult<Uint8Array, unknown> = await source.next();
    if (!next.done) waiting = readFragments(next.value);
  };
  return {
    table,
    nextSeconds: async () => {
      await fill();
      return waiting.length > 0 ? table.ends.decoded / timescale : undefined;
    },
    next: async () => {
      await fill();
      return waiting.shift();
    },
  };
}

/** Fragments of all tracks follow one another in the order of time: whoever plays the file reads it from end to end. */
async function earliest(readers: readonly Reader[]): Promise<Reader | undefined> {
  let best: { readonly reader: Reader; readonly seconds: number } | undefined;
  for (const reader of readers) {
    const seconds = await reader.nextSeconds();
    if (seconds !== undefined && seconds < (best?.seconds ?? Infinity)) best = { reader, seconds };
  }
  return best?.reader;
}
