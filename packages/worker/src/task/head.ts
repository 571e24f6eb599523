import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Rung } from "@telecine/core/ladder/ladder";
import { headKey } from "@telecine/core/storage/keys";
import { headArgs } from "../ffmpeg/args.ts";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import { uploadFiles } from "../storage/upload.ts";
import { sum } from "../verify/fragments.ts";
import { trackPlansOf } from "../verify/output.ts";
import { createTrackMeter, invalid, type MeasuredTrack, type TrackPlan } from "../verify/track.ts";
import { type Delivered, filesOf } from "./delivery.ts";
import { transfer } from "./deps.ts";
import { makeFolders, runEncoder, writeToneMap } from "./encode.ts";
import type { EncodePlace } from "./encode-all.ts";

/** A shorter video is made soon enough, and the head would be more than a thirtieth of all work. */
const LEAST_GROUPS = 8;

/**
 * A head is made in a second or a few. Of a sound that begins late or ends at once, it would not come to an end before the
 * source does: ffmpeg continues a sound in silence when it has read everything.
 */
const DEADLINE_MS = 20_000;

/**
 * The rung that a video is begun with: the smallest that every player plays. Undefined where that gains nothing: the
 * encode itself comes as far nearly as soon, or the sound has to be heard to its end first.
 */
export function headRung({ rungs, totalFrames, framesPerGroup, gains, audio }: EncodePlan): Rung | undefined {
  const isUnheard = gains === "wanted" && audio.length > 0;
  if (rungs.length < 2 || isUnheard || totalFrames < LEAST_GROUPS * framesPerGroup) return undefined;
  return rungs.findLast(({ codec }) => codec === "h264");
}

/**
 * Makes the first segment of one rung and of each sound ahead of all others, and brings them to the bucket. The encode makes
 * them once more: sound and initialization to the same bytes, the picture not always (x264 sees more than the first group then,
 * and where the limit of a rung holds it back, its threads see a little more or less of each other), so that has a key of its
 * own. Throws when it cannot be made, or not in time.
 */
export async function makeHead(
  rung: Rung,
  plan: EncodePlan,
  { folder, prefix, ...deps }: EncodePlace,
  deadlineMs = DEADLINE_MS,
): Promise<Delivered> {
  const head = { ...plan, rungs: [rung] };
  const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(deadlineMs)]);
  const place = { ...deps, signal, folder: join(folder, "head") };
  try {
    await makeFolders(head, place.folder);
    await writeToneMap(head, place.folder);
    await runEncoder(headArgs(rung, plan), head, { ...place, onProgress: () => undefined });
    const { pictures, sounds } = trackPlansOf(head);
    const begun = (tracks: readonly TrackPlan[]) =>
      Promise.all(tracks.map((track) => measureBeginning(track, place.folder)));
    const made = { renditions: (await begun(pictures)).map(underOwnKey), audio: await begun(sounds) };
    if (made.renditions.some(({ sampleCount }) => sampleCount !== plan.framesPerGroup))
      throw invalid(`the head of ${rung.name} is not a whole group`);
    const files = [...made.renditions, ...made.audio].flatMap(filesOf);
    await uploadFiles(files, { ...transfer(deps), folder: place.folder, prefix });
    return made;
  } finally {
    await rm(place.folder, { recursive: true, force: true });
  }
}

/** A track up to the end of its first segment, which is a group: what follows was cut off. */
async function measureBeginning(plan: TrackPlan, folder: string): Promise<MeasuredTrack> {
  const meter = createTrackMeter(folder, plan);
  await meter.advance(false);
  const track = meter.track();
  if (!track) throw invalid(`the head of ${plan.name} is not whole`);
  const [first] = track.segments;
  const sampleCount = sum(first.fragments.map((fragment) => fragment.sampleCount));
  return { ...track, segments: [first], sampleCount };
}

function underOwnKey(track: MeasuredTrack): MeasuredTrack {
  return { ...track, segments: [{ ...track.segments[0], key: headKey(track.name) }] };
}
