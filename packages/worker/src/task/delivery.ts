import type { EncodePlan } from "../ffmpeg/plan.ts";
import { uploadFiles, type UploadFile, type UploadOptions } from "../storage/upload.ts";
import { checkOutput, type Output, trackPlansOf } from "../verify/output.ts";
import {
  createTrackMeter,
  type MeasuredSegment,
  type MeasuredTrack,
  type TrackPlan,
} from "../verify/track.ts";

/** What is in the bucket at some moment, track by track. */
export interface Delivered {
  /** Best first; without those that have no segment yet. */
  readonly renditions: readonly MeasuredTrack[];
  readonly audio: readonly MeasuredTrack[];
}

export interface DeliveryOptions extends Omit<UploadOptions, "onProgress"> {
  /** Called when more has arrived in the bucket. */
  readonly onDelivered: (delivered: Delivered) => Promise<void>;
}

/** Measures what an encode writes while it writes, and brings each segment to the bucket as soon as it is whole. */
export interface Delivery {
  /** Aborted when something that was made is not right, or cannot be brought away: encoding on is in vain. */
  readonly signal: AbortSignal;
  /** Looks whether there is more. Never waits and never throws. */
  readonly look: () => void;
  /**
   * After the encode: brings away the rest. `repair` makes the track of sound of this name anew, whose form has changed
   * midway. Throws what went wrong, also earlier.
   */
  readonly finish: (repair: (name: string) => Promise<void>) => Promise<Output>;
  /** Resolves when nothing is on its way any more. */
  readonly settle: () => Promise<void>;
}

export function createDelivery(plan: EncodePlan, options: DeliveryOptions): Delivery {
  const failed = new AbortController();
  const plans = trackPlansOf(plan);
  const pictures = plans.pictures.map((track) => follow(track, options.folder));
  let sounds = plans.sounds.map((track) => follow(track, options.folder));
  let looking: Promise<void> | undefined;

  const deliver = async (files: readonly UploadFile[]) => {
    if (files.length === 0) return;
    await uploadFiles(files, options);
    await options.onDelivered({ renditions: measured(pictures), audio: measured(sounds) });
  };

  const look = () => {
    looking ??= freshOf([...pictures, ...sounds], false)
      .then(deliver)
      .catch((error: unknown) => {
        failed.abort(error);
      })
      .finally(() => {
        looking = undefined;
      });
  };

  const finish = async (repair: (name: string) => Promise<void>) => {
    await looking;
    failed.signal.throwIfAborted();
    const files = await freshOf(pictures, true);
    const ended = [];
    for (const sound of sounds) ended.push(await endSound(sound, options.folder, repair));
    sounds = ended.map(({ track }) => track);
    const output = checkOutput(plan, measured(pictures), measured(sounds));
    await deliver([...files, ...ended.flatMap((sound) => sound.files)]);
    return output;
  };

  const settle = async () => {
    await looking;
  };

  return { signal: failed.signal, look, finish, settle };
}

interface Followed {
  readonly plan: TrackPlan;
  readonly track: () => MeasuredTrack | undefined;
  /** The files that are to be brought away since the last call. */
  readonly fresh: (ended: boolean) => Promise<UploadFile[]>;
}

function follow(plan: TrackPlan, folder: string): Followed {
  const meter = createTrackMeter(folder, plan);
  let begun = false;
  const fresh = async (ended: boolean) => {
    const segments = await meter.advance(ended);
    const init = meter.track()?.init;
    if (begun || !init) return segments.map(segmentFile);
    begun = true;
    return filesOf({ init, segments });
  };
  return { plan, track: meter.track, fresh };
}

/** What is left of a track of sound; all of it once more where it had to be made anew. */
async function endSound(
  sound: Followed,
  folder: string,
  repair: (name: string) => Promise<void>,
): Promise<{ track: Followed; files: UploadFile[] }> {
  const files = await sound.fresh(true);
  if (sound.track()?.steady !== false) return { track: sound, files };
  await repair(sound.plan.name);
  const track = follow(sound.plan, folder);
  return { track, files: await track.fresh(true) };
}

async function freshOf(tracks: readonly Followed[], ended: boolean): Promise<UploadFile[]> {
  const files: UploadFile[] = [];
  for (const track of tracks) files.push(...(await track.fresh(ended)));
  return files;
}

function measured(tracks: readonly Followed[]): MeasuredTrack[] {
  return tracks.flatMap(({ track }) => track() ?? []);
}

/** What is to be brought away of a track from its beginning on. */
export function filesOf({
  init,
  segments,
}: Pick<MeasuredTrack, "init"> & { segments: readonly MeasuredSegment[] }): UploadFile[] {
  return [{ ...init, files: [init.key] }, ...segments.map(segmentFile)];
}

function segmentFile({ key, sizeBytes, fragments }: MeasuredSegment): UploadFile {
  return { key, sizeBytes, files: fragments.map(({ file }) => file) };
}
