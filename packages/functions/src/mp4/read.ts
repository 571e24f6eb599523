import type { EncodedAudio, EncodedRendition } from "@telecine/core/task/contract";
import type { Stored } from "./assemble.ts";
import type { Limits } from "./head.ts";

/** Gives the bytes of a file below the attempt's folder. */
export type ReadFile = (key: string) => Promise<Uint8Array>;

/** A request of S3 takes about 30 ms before its first byte: some are always asked for ahead. */
const AHEAD = 3;

/** A frame of AAC, in samples. */
const AAC_FRAME = 1024;
/** Of a segment whose groups of pictures were not counted. */
const MOST_FRAGMENTS = 16;

/** A rendition or a track of sound, read from its segments. */
export async function readTrack(track: EncodedRendition | EncodedAudio, read: ReadFile): Promise<Stored> {
  return {
    init: await read(track.init.key),
    segments: inOrder(
      track.segments.map(({ key }) => key),
      read,
    ),
    limits: "frameCount" in track ? limitsOfPicture(track) : limitsOfSound(track),
  };
}

function limitsOfPicture({ frameCount, segments }: EncodedRendition): Limits {
  const fragments = segments.reduce((sum, { iframes }) => sum + (iframes?.length ?? MOST_FRAGMENTS), 0);
  return { samples: frameCount, fragments, reordered: true };
}

/** Its fragments are cut where those of the picture are, of which a segment has a few. */
function limitsOfSound({ segments, sampleRate }: EncodedAudio): Limits {
  const seconds = segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  const samples = Math.ceil((seconds * sampleRate) / AAC_FRAME) + segments.length + 1;
  return { samples, fragments: segments.length * MOST_FRAGMENTS, reordered: false };
}

async function* inOrder(keys: readonly string[], read: ReadFile): AsyncGenerator<Uint8Array> {
  const asked: Promise<Uint8Array>[] = [];
  for (let next = 0; next < keys.length || asked.length > 0;) {
    while (next < keys.length && asked.length <= AHEAD) {
      const bytes = read(keys[next++] ?? "");
      bytes.catch(() => undefined); // told when its turn comes
      asked.push(bytes);
    }
    const bytes = await asked.shift();
    if (bytes) yield bytes;
  }
}
