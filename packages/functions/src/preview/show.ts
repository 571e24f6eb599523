import { PREVIEW_FOLDERS } from "@telecine/core/storage/keys";
import { log } from "@telecine/core/util/log";
import { createEditions, type Editions } from "./editions.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import type { Source } from "./source.ts";
import type { Stage } from "./stage.ts";
import { copyPicture, copySound, firstSoundSeconds, shiftFor, type TrackCopy } from "./track.ts";

/** How it ended: with all of the source, before that for want of time, or because nobody needs it any more. */
export type Ending = "complete" | "late" | "unwanted";

interface Track {
  readonly copy: TrackCopy;
  readonly shelf: Shelf;
}

/**
 * Copies a source into segments and lets people play it from the first of them on. Rejects when something fails: what was
 * announced until then is ended first, so that nobody waits for more of it.
 */
export async function show(source: Source, stage: Stage): Promise<Ending> {
  const tracks = await openTracks(source, stage);
  const [film, sound] = tracks.map(({ shelf }) => shelf);
  if (!film) throw new Error("A source has a picture.");
  const editions = createEditions(source, { film, sound }, stage);
  try {
    const ending = await copyAll(tracks, editions, stage);
    if (ending === "unwanted") return ending;
    await Promise.all(tracks.map(({ shelf }) => shelf.settle()));
    return (await editions.finish()) ? ending : "unwanted";
  } catch (error) {
    if (editions.isAnnounced()) await editions.finish().catch(tell);
    throw error;
  }
}

const tell = (error: unknown) => {
  log.warn({ err: error }, "The playlists of a preview were left without an end");
};

async function openTracks(source: Source, { store }: Stage): Promise<Track[]> {
  const { picture, sound } = source.candidate;
  const soundSeconds = source.sound ? await firstSoundSeconds(source.sound) : 0;
  const shiftSeconds = shiftFor(source, soundSeconds);
  const track = (name: string, codecs: string | null | undefined, copy: TrackCopy): Track => ({
    copy,
    shelf: createShelf({ name, codecs: codecs ?? "" }, copy, store),
  });
  const film = track(PREVIEW_FOLDERS.picture, picture.codec, await copyPicture(source, shiftSeconds));
  if (!source.sound) return [film];
  return [film, track(PREVIEW_FOLDERS.sound, sound?.codec, await copySound(source.sound, shiftSeconds))];
}

/** Copies in the order of time, as the packets of a file usually lie. */
async function copyAll(tracks: readonly Track[], editions: Editions, stage: Stage): Promise<Ending> {
  for (let track = earliest(tracks); track; track = earliest(tracks)) {
    const piece = await track.copy.step();
    if (!piece) continue;
    await track.shelf.add(piece);
    if (!(await editions.update())) return "unwanted";
    if (stage.isLate()) return "late";
  }
  return "complete";
}

function earliest(tracks: readonly Track[]): Track | undefined {
  const timed = tracks.flatMap((track) => {
    const seconds = track.copy.nextSeconds();
    return seconds === null ? [] : [{ track, seconds }];
  });
  return timed.sort((a, b) => a.seconds - b.seconds)[0]?.track;
}
