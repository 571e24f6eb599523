import { outputPrefix } from "@telecine/core/storage/keys";
import type { TaskInput } from "@telecine/core/task/contract";
import { inspectHeader, inspectSource } from "../source/inspect.ts";
import { readFromKeyframe } from "../source/keyframe.ts";
import { type OpenSource, openSource } from "../source/open.ts";
import { uploadFiles } from "../storage/upload.ts";
import { readClosedData } from "../verify/closed.ts";
import { checkDecoding } from "../verify/decode.ts";
import { takeStoryboard, measureThumbnails } from "../verify/storyboard.ts";
import { blamingSource } from "./blame.ts";
import { makeCaptions } from "./captions.ts";
import { withDecodableSound } from "./decodable.ts";
import { type TaskDependencies, transfer } from "./deps.ts";
import { playEarly } from "./early.ts";
import { encodeAll } from "./encode-all.ts";
import { settleLadder } from "./ladder.ts";
import { withLoudness } from "./loudness.ts";
import { readMeasured } from "./measured.ts";
import { planEncode } from "./plan.ts";
import { findPoster, measurePoster } from "./poster.ts";
import { describeResult, type Made } from "./result.ts";
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
  const ladder = await settleLadder(source.path, inspection, { input, work }, place);
  const quietly = { ...place, onProgress: () => undefined };
  const asked = planEncode(source.path, inspection, ladder, input.settings);
  const decodable = await withDecodableSound(asked, quietly);

  await reporter.enter("encoding");
  // Of several parts, the one that makes the sound listens to it while it encodes the picture.
  const listen = () => withLoudness(decodable, quietly);
  const whole = work.kind === "whole" ? await blamingSource(decodable, quietly, listen) : decodable;
  const plans = await Promise.all(plansOf(whole, work).map((plan) => readFromKeyframe(plan, place)));
  const prefix = outputPrefix(input);
  const encoding = { ...place, prefix };
  const onDelivered = await playEarly({ plan: whole, inspection, work }, encoding);
  const output = await encodeAll(plans, encoding, onDelivered);
  const [plan = whole] = plans;
  const captions = await makeCaptions(plans, inspection, folder);
  const made = { audio: plans.flatMap(({ audio }) => audio), rungs: plan.rungs };
  const measured = await readMeasured(made, folder);
  const closedData = await readClosedData(output, plan.firstFrame, folder);

  await reporter.enter("verifying");
  const chosen = await findPoster(plan, output, folder);
  await checkDecoding(output, chosen.still, place);
  const poster = await measurePoster(chosen, folder);
  const storyboard = await takeStoryboard(plan, output.frameCount, folder);
  const thumbnails = await measureThumbnails(plan, output.frameCount, folder);

  await reporter.enter("storing");
  const others = [poster, ...(storyboard?.sheets ?? []), ...thumbnails, ...captions];
  const files = others.map(({ key, sizeBytes }) => ({ key, sizeBytes, files: [key] }));
  await uploadFiles(files, { ...transfer(place), folder, prefix, onProgress: reporter.advance });
  const { dropped: droppedRungs } = ladder;
  return describeResult(inspection, whole, output, {
    ...{ measured, captions, closedData, poster, storyboard, thumbnails, droppedRungs },
  });
}
