import { measureBandwidth, targetDuration } from "@telecine/core/playlist/bandwidth";
import { buildPreview, type Growth } from "@telecine/core/playlist/playlist";
import type { Shelf } from "./shelf.ts";
import { LEAST_SECONDS, type Source } from "./source.ts";
import type { Stage } from "./stage.ts";

/** Each edition is a request for each track, and a question to the database. */
const INTERVAL_MS = 2_000;
/** AAC of six channels, in bits per second: what is measured so far may be silence. */
const SOUND_LIMIT = 400_000;

/** What is on the way to the bucket. */
export interface Shelves {
  readonly film: Shelf;
  readonly sound: Shelf | undefined;
}

/** The playlists of a source that is being copied. */
export interface Editions {
  /** Writes what there is, if it is time for that. False when nobody wants it any more. */
  readonly update: () => Promise<boolean>;
  /** Writes the last edition. False when nobody wants it any more. */
  readonly finish: () => Promise<boolean>;
  readonly isAnnounced: () => boolean;
}

export function createEditions(source: Source, shelves: Shelves, stage: Stage): Editions {
  const limits = limitsOf(source, shelves);
  let isAnnounced = false;
  let askedAt = -Infinity;

  const write = async (isEnded: boolean): Promise<boolean> => {
    const streams = streamsOf(source, shelves);
    if (!streams) return true;
    const { multivariant, media } = buildPreview({ ...streams, ...limits }, isEnded);
    await Promise.all(media.map(({ key, text }) => stage.storePlaylist(key, text)));
    if (isAnnounced) return true;
    await stage.storePlaylist(multivariant.key, multivariant.text);
    isAnnounced = await stage.announce(multivariant.key);
    return isAnnounced;
  };

  return {
    isAnnounced: () => isAnnounced,
    update: async () => {
      const isFirst = !isAnnounced && streamsOf(source, shelves) !== null;
      if (!isFirst && stage.now() - askedAt < INTERVAL_MS) return true;
      askedAt = stage.now();
      return (await stage.isWanted()) && (await write(false));
    },
    finish: async () => (await stage.isWanted()) && (await write(true)),
  };
}

/** What the index promises: the longest segment and the highest rate, which playlists may not change later. */
function limitsOf({ segments }: Source, { sound }: Shelves): Pick<Growth, "targetSeconds" | "limits"> {
  const targetSeconds = Math.max(LEAST_SECONDS, targetDuration([{ segments }]));
  const { peak } = measureBandwidth(segments, targetSeconds);
  return { targetSeconds, limits: [peak + (sound ? SOUND_LIMIT : 0)] };
}

/** Null until there is something of each track. */
function streamsOf(
  { candidate, frameRate, frameCount, sound: heard }: Source,
  { film, sound }: Shelves,
): Pick<Growth, "renditions" | "audio"> | null {
  const [pictures, sounds] = [film.stored(), sound?.stored()];
  if (!pictures || sounds === null) return null;
  const { width, height } = candidate.picture;
  return {
    renditions: [{ ...pictures, width, height, frameRate, frameCount }],
    audio: sounds && heard ? [{ ...sounds, ...heard.description }] : [],
  };
}
