import { toNumber } from "@telecine/core/media/rational";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { EncodeProgress } from "../ffmpeg/progress.ts";
import type { Output } from "../verify/output.ts";
import { blamingSource } from "./blame.ts";
import { createDelivery, type Delivered } from "./delivery.ts";
import { type TaskDependencies, transfer } from "./deps.ts";
import { encode } from "./encode.ts";
import { withLoudness } from "./loudness.ts";
import { repairSound } from "./sound.ts";

export interface EncodePlace extends TaskDependencies {
  /** The folder that ffmpeg runs in. */
  readonly folder: string;
  /** What the keys of everything that is made begin with. */
  readonly prefix: string;
}

/**
 * Encodes several plans of one video at once, and brings what they make to the bucket; the first failure ends the others.
 * Progress is that of the first. `onDelivered` is told whenever more is in the bucket, of all plans together.
 */
export async function encodeAll(
  plans: readonly EncodePlan[],
  place: EncodePlace,
  onDelivered: (delivered: Delivered) => Promise<void>,
): Promise<Output> {
  const failed = new AbortController();
  const together = { ...place, signal: AbortSignal.any([place.signal, failed.signal]) };
  const delivered: Delivered[] = plans.map(() => ({ renditions: [], audio: [] }));
  const running = plans.map(async (plan, index) => {
    const tell = (own: Delivered) => {
      delivered[index] = own;
      return onDelivered(merge(delivered));
    };
    try {
      return await encodeAndDeliver(plan, together, index === 0, tell);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  failed.signal.throwIfAborted();
  const outputs = await Promise.all(running);
  return { ...merge(outputs), frameCount: outputs[0]?.frameCount ?? 0 };
}

function merge(all: readonly Delivered[]): Delivered {
  return {
    renditions: all.flatMap(({ renditions }) => renditions),
    audio: all.flatMap(({ audio }) => audio),
  };
}

async function encodeAndDeliver(
  plan: EncodePlan,
  place: EncodePlace,
  isTold: boolean,
  onDelivered: (delivered: Delivered) => Promise<void>,
): Promise<Output> {
  const { folder, prefix } = place;
  const delivery = createDelivery(plan, { ...transfer(place), folder, prefix, onDelivered });
  const pace = isTold ? pacing(plan, place) : () => undefined;
  const onProgress = (progress: EncodeProgress) => {
    pace(progress);
    delivery.look();
  };
  const quietly = { ...place, onProgress: () => undefined };
  const signal = AbortSignal.any([place.signal, delivery.signal]);
  try {
    await blamingSource(plan, quietly, async () => {
      await encode(await withLoudness(plan, { ...quietly, signal }), { ...place, signal, onProgress });
    });
  } catch (error) {
    await delivery.settle();
    throw error;
  }
  return delivery.finish((name) => repairSound(name, plan, quietly));
}

/** Frames become a share of the whole, and seconds of video made per second. */
function pacing(plan: EncodePlan, { reporter, now }: TaskDependencies) {
  const startedAt = now();
  return ({ frames }: EncodeProgress) => {
    const elapsedSeconds = (now() - startedAt) / 1000;
    const madeSeconds = frames / toNumber(plan.frameRate);
    reporter.advance(frames / plan.frameCount, elapsedSeconds > 0 ? madeSeconds / elapsedSeconds : undefined);
  };
}
