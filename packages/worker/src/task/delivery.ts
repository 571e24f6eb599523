import type { EncodePlan } from "../ffmpeg/plan.ts";
import { uploadFiles, type UploadFile, type UploadOptions } from "../storage/upload.ts";
import { checkOutput, type Output, trackPlansOf } from "../verify/output.ts";
import {
  createTrackMeter,
  type MeasuredSegment,
  type MeasuredTrack,
  type TrackMeter,
  type TrackPlan,
} from "../verify/track.ts";

/** What is in the bucket at some moment. */
export interface Delivered {
  /** Best first. */
  readonly renditions: readonly MeasuredTrack[];
  readonly audio: MeasuredTrack | undefined;
}

export interface DeliveryOptions extends Omit<UploadOptions, "onProgress"> {
  /** Called when more of every track has arrived in the bucket. */
  readonly onDelivered: (delivered: Delivered) => Promise<void>;
}

/** Measures what an encode writes while it writes, and brings each segment to the bucket as soon as it is whole. */
export interface Delivery {
  /** Aborted when something that was made is not right, or cannot be brought away: encoding on is in vain. */
  readonly signal: AbortSignal;
  /** Looks whether there is more. Never waits and never throws. */
  readonly look: () => void;
  /** After the encode: brings away the rest. Throws what went wrong, also earlier. */
  readonly finish: (repairSound: () => Promise<void>) => Promise<Output>;
  /** Resolves when nothing is on its way any more. */
  readonly settle: () => Promise<void>;
}

export function createDelivery(plan: EncodePlan, options: DeliveryOptions): Delivery {
  const failed = new AbortController();
  const plans = trackPlansOf(plan);
  const pictures = plans.pictures.map((track) => tracked(track, options));
  let sound = plans.sound && tracked(plans.sound, options);
  let looking: Promise<void> | undefined;

  const measure = async (ended: boolean) => {
    const files: UploadFile[] = [];
    for (const track of pictures) files.push(...(await track.fresh(ended)));
    return { pictures: files, sound: (await sound?.fresh(ended)) ?? [] };
  };

  const deliver = async (files: readonly UploadFile[]) => {
    if (files.length === 0) return;
    await uploadFiles(files, options);
    await options.onDelivered({
      renditions: pictures.flatMap(({ meter }) => meter.track() ?? []),
      audio: sound?.meter.track(),
    });
  };

  const look = () => {
    looking ??= measure(false)
      .then((files) => deliver([...files.pictures, ...files.sound]))
      .catch((error: unknown) => {
        failed.abort(error);
      })
      .finally(() => {
        looking = undefined;
      });
  };

  const finish = async (repairSound: () => Promise<void>) => {
    await looking;
    failed.signal.throwIfAborted();
    const files = await measure(true);
    if (plans.sound && sound?.meter.track()?.steady === false) {
      await repairSound();
      sound = tracked(plans.sound, options);
      files.sound = await sound.fresh(true);
    }
    const renditions = pictures.flatMap(({ meter }) => meter.track() ?? []);
    const output = checkOutput(plan, renditions, sound?.meter.track());
    await deliver([...files.pictures, ...files.sound]);
    return output;
  };

  const settle = async () => {
    await looking;
  };

  return { signal: failed.signal, look, finish, settle };
}

interface Tracked {
  readonly meter: TrackMeter;
  /** The files that are to be brought away since the last call. */
  readonly fresh: (ended: boolean) => Promise<UploadFile[]>;
}

function tracked(plan: TrackPlan, { folder }: Pick<DeliveryOptions, "folder">): Tracked {
  const meter = createTrackMeter(folder, plan);
  let begun = false;
  const fresh = async (ended: boolean) => {
    const segments = (await meter.advance(ended)).map(toFile);
    const init = meter.track()?.init;
    if (begun || !init) return segments;
    begun = true;
    return [{ ...init, files: [init.key] }, ...segments];
  };
  return { meter, fresh };
}

function toFile({ key, sizeBytes, fragments }: MeasuredSegment): UploadFile {
  return { key, sizeBytes, files: fragments.map(({ file }) => file) };
}
