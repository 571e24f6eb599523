import { createHash } from "node:crypto";
import type { EncodedRendition } from "@telecine/core/task/contract";
import type { Stage } from "./stage.ts";
import type { Piece, TrackCopy } from "./track.ts";

/** What a playlist says of a track, as far as the bucket holds it. */
type Stored = Pick<EncodedRendition, "name" | "codecs" | "init" | "segments">;

/** Segments that are sent to the bucket at once, of a track: each of them is held in memory. */
const MOST_AT_ONCE = 3;

/** A track in the bucket, which grows at its end. */
export interface Shelf {
  /** Sends a segment on its way; waits while too many are. Rejects when one of them could not be stored. */
  readonly add: (piece: Piece) => Promise<void>;
  /** What is there without a gap; null until the first segment is. */
  readonly stored: () => Stored | null;
  /** Waits for all that is on its way. */
  readonly settle: () => Promise<void>;
}

/** A shelf for a copied track, in a folder of its name. */
export function createShelf(
  { name, codecs }: Pick<Stored, "name" | "codecs">,
  copy: Pick<TrackCopy, "init">,
  store: Stage["store"],
): Shelf {
  const segments: { key: string; sizeBytes: number; durationSeconds: number; isStored: boolean }[] = [];
  const underWay = new Set<Promise<void>>();
  let init: Stored["init"] | null = null;

  const send = (key: string, bytes: Uint8Array, onStored: () => void) => {
    const sent = store(key, bytes).then(() => {
      underWay.delete(sent);
      onStored();
    });
    sent.catch(() => undefined); // kept among those under way: whoever waits next is told
    underWay.add(sent);
  };
  const sendInit = () => {
    const bytes = copy.init();
    const key = `${name}/init.mp4`;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    send(key, bytes, () => {
      init = { key, sizeBytes: bytes.length, sha256 };
    });
  };

  return {
    add: async ({ bytes, durationSeconds }) => {
      if (segments.length === 0) sendInit();
      const key = `${name}/${String(segments.length).padStart(5, "0")}.m4s`;
      const segment = { key, sizeBytes: bytes.length, durationSeconds, isStored: false };
      segments.push(segment);
      send(key, bytes, () => {
        segment.isStored = true;
      });
      while (underWay.size >= MOST_AT_ONCE) await Promise.race(underWay);
    },
    stored: () => {
      const gap = segments.findIndex(({ isStored }) => !isStored);
      const there = segments.slice(0, gap === -1 ? segments.length : gap);
      if (!init || there.length === 0) return null;
      return { name, codecs, init, segments: there.map(({ isStored: _, ...segment }) => segment) };
    },
    settle: async () => {
      await Promise.all(underWay);
    },
  };
}
