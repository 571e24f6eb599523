import { isGrowing } from "@telecine/core/playlist/playlist";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { Inspection } from "../source/inspect.ts";
import type { Delivered } from "./delivery.ts";
import type { EncodePlace } from "./encode-all.ts";
import { createGrowing } from "./growing.ts";
import { headRung, makeHead } from "./head.ts";
import { describeRenditions, describeSounds } from "./result.ts";
import type { Work } from "./work.ts";

export interface Watched {
  /** Of the whole video. */
  readonly plan: EncodePlan;
  readonly inspection: Inspection;
  readonly work: Work;
}

/**
 * Lets people play a video while it is made: first its smallest rung, soon all of them. Gives what is to be told whenever
 * more is in the bucket. The task that makes the beginning does it, unless the source is shown as it is.
 */
export async function playEarly(
  { plan, inspection, work }: Watched,
  place: EncodePlace,
): Promise<(delivered: Delivered) => Promise<void>> {
  if (work.kind === "part" && work.part > 0) return () => Promise.resolve();
  const playedBy = await place.reporter.playedBy();
  if (playedBy !== null && !isGrowing(playedBy)) return () => Promise.resolve();
  const growing = createGrowing(plan, place.prefix, place);
  const described = ({ renditions, audio }: Delivered) => ({
    renditions: describeRenditions(renditions, plan),
    audio: describeSounds(audio, plan, inspection),
  });
  const head = playedBy === null ? await tryHead(plan, place) : undefined;
  if (head) await growing.begin(described(head));
  return (delivered) => growing.update(described(delivered));
}

/** Without it, a video can be played a little later: the encode will tell what is wrong with a source. */
async function tryHead(plan: EncodePlan, place: EncodePlace): Promise<Delivered | undefined> {
  const rung = headRung(plan);
  if (!rung) return undefined;
  try {
    return await makeHead(rung, plan, place);
  } catch (error) {
    place.signal.throwIfAborted();
    place.log.warn({ err: error }, "the beginning could not be made ahead of the rest");
    return undefined;
  }
}
