import { toNumber } from "@telecine/core/media/rational";
import { outputPrefix } from "@telecine/core/storage/keys";
import type { TaskInput } from "@telecine/core/task/contract";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { EncodeProgress } from "../ffmpeg/progress.ts";
import { inspectHeader, inspectSource } from "../source/inspect.ts";
import { type OpenSource, openSource } from "../source/open.ts";
import { uploadFiles } from "../storage/upload.ts";
import { checkDecoding } from "../verify/decode.ts";
import type { Output } from "../verify/output.ts";
import { measureStoryboard } from "../verify/storyboard.ts";
import { blameSource } from "./blame.ts";
import { withDecodableSound } from "./decodable.ts";
import { createDelivery } from "./delivery.ts";
import { type TaskDependencies, transfer } from "./deps.ts";
import { encode } from "./encode.ts";
import { readMeasured } from "./measured.ts";
import { planEncode } from "./plan.ts";
import { makePoster } from "./poster.ts";
import { describeResult, type Made } from "./result.ts";
import { repairSound } from "./sound.ts";
import { plansOf, timingOf, type Work } from "./work.ts";

interface Place extends TaskDependencies {
  readonly folder: string;
}

/** Makes a video, or the part of it that is a task's work, and brings it to the bucket. Throws what went wrong. */
export async function make(
  input: TaskInput,
  work: Work,
  folder: string,
  deps: TaskDependencies,
): Promise<Made> {
  const place = { ...deps, folder };
  await deps.reporter.enter("downloading");
  const source = await openSource(input, work, folder, deps);
  try {
    return await makeFrom(source, input, work, place);
  } catch (error) {
    source.throwIfFailed();
    throw error;
  } finally {
    await source.close();
  }
}

async function makeFrom(source: OpenSource, input: TaskInput, work: Work, place: Place): Promise<Made> {
  const { reporter, folder } = place;
  await reporter.enter("probing");
  const inspection =
    work.kind === "whole"
      ? await inspectSource(source, place)
      : await inspectHeader(source, timingOf(input), place);
  const whole = await withDecodableSound(planEncode(source.path, inspection), {
    ...place,
    onProgress: () => undefined,
  });
  const plans = plansOf(whole, work);

  await reporter.enter("encoding");
  const output = await encodeAll(plans, input, place);
  const [plan = whole] = plans;
  const made = { audio: plans.flatMap(({ audio }) => audio), rungs: plan.rungs };
  const measured = await readMeasured(made, folder);

  await reporter.enter("verifying");
  await checkDecoding(output, place);
  const poster = await makePoster(plan, output, place);
  const storyboard = await measureStoryboard(plan, output.frameCount, folder);

  await reporter.enter("storing");
  const pictures = [poster, ...(storyboard?.sheets ?? [])];
  const files = pictures.map(({ key, sizeBytes }) => ({ key, sizeBytes, files: [key] }));
  const prefix = outputPrefix(input);
  await uploadFiles(files, { ...transfer(place), folder, prefix, onProgress: reporter.advance });
  return describeResult(inspection, whole, output, { measured, poster, storyboard });
}

/** Encodes several plans of one video at once; the first failure ends the others. Progress is that of the first. */
async function encodeAll(plans: readonly EncodePlan[], input: TaskInput, place: Place): Promise<Output> {
  const failed = new AbortController();
  const together = { ...place, signal: AbortSignal.any([place.signal, failed.signal]) };
  const running = plans.map(async (plan, index) => {
    try {
      return await encodeAndDeliver(plan, input, together, index === 0);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  failed.signal.throwIfAborted();
  const outputs = await Promise.all(running);
  return {
    renditions: outputs.flatMap(({ renditions }) => renditions),
    audio: outputs.flatMap(({ audio }) => audio),
    frameCount: outputs[0]?.frameCount ?? 0,
  };
}

async function encodeAndDeliver(
  plan: EncodePlan,
  input: TaskInput,
  place: Place,
  isTold: boolean,
): Promise<Output> {
  const delivery = createDelivery(plan, {
    ...{ ...transfer(place), folder: place.folder, prefix: outputPrefix(input) },
    onDelivered: () => Promise.resolve(),
  });
  const pace = isTold ? pacing(plan, place) : () => undefined;
  const onProgress = (progress: EncodeProgress) => {
    pace(progress);
    delivery.look();
  };
  const quietly = { ...place, onProgress: () => undefined };
  const signal = AbortSignal.any([place.signal, delivery.signal]);
  try {
    await encode(plan, { ...place, signal, onProgress });
  } catch (error) {
    await delivery.settle();
    await blameSource(plan, quietly, error);
    throw error;
  }
  return delivery.finish((name) => repairSound(name, plan, quietly));
}

/** What is made becomes a share of the whole, and seconds of video made per second. */
function pacing(plan: EncodePlan, { reporter, now }: TaskDependencies) {
  const startedAt = now();
  const framesPerSecond = toNumber(plan.frameRate);
  return ({ frames }: EncodeProgress) => {
    const elapsedSeconds = (now() - startedAt) / 1000;
    const madeSeconds = frames / framesPerSecond;
    const share = madeSeconds / (plan.frameCount / framesPerSecond);
    reporter.advance(share, elapsedSeconds > 0 ? madeSeconds / elapsedSeconds : undefined);
  };
}
