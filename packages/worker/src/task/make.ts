import { outputPrefix } from "@telecine/core/storage/keys";
import type { TaskInput } from "@telecine/core/task/contract";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import { inspectHeader, type Inspection, inspectSource } from "../source/inspect.ts";
import { type OpenSource, openSource } from "../source/open.ts";
import { uploadFiles } from "../storage/upload.ts";
import { checkDecoding } from "../verify/decode.ts";
import { takeStoryboard, measureThumbnails } from "../verify/storyboard.ts";
import { makeCaptions } from "./captions.ts";
import { withDecodableSound } from "./decodable.ts";
import type { Delivered } from "./delivery.ts";
import { type TaskDependencies, transfer } from "./deps.ts";
import { encodeAll } from "./encode-all.ts";
import { createGrowing } from "./growing.ts";
import { settleLadder } from "./ladder.ts";
import { readMeasured } from "./measured.ts";
import { planEncode } from "./plan.ts";
import { makePoster } from "./poster.ts";
import { describeRenditions, describeResult, describeSounds, type Made } from "./result.ts";
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
  const whole = await withDecodableSound(planEncode(source.path, inspection, ladder, input.settings), {
    ...place,
    onProgress: () => undefined,
  });
  const plans = plansOf(whole, work);

  await reporter.enter("encoding");
  const prefix = outputPrefix(input);
  const output = await encodeAll(
    plans,
    { ...place, prefix },
    watching(inspection, whole, work, prefix, place),
  );
  const [plan = whole] = plans;
  const captions = await makeCaptions(plans, inspection, folder);
  const made = { audio: plans.flatMap(({ audio }) => audio), rungs: plan.rungs };
  const measured = await readMeasured(made, folder);

  await reporter.enter("verifying");
  await checkDecoding(output, place);
  const poster = await makePoster(plan, output, place);
  const storyboard = await takeStoryboard(plan, output.frameCount, folder);
  const thumbnails = await measureThumbnails(plan, output.frameCount, folder);

  await reporter.enter("storing");
  const others = [poster, ...(storyboard?.sheets ?? []), ...thumbnails, ...captions];
  const files = others.map(({ key, sizeBytes }) => ({ key, sizeBytes, files: [key] }));
  await uploadFiles(files, { ...transfer(place), folder, prefix, onProgress: reporter.advance });
  const { dropped: droppedRungs } = ladder;
  return describeResult(inspection, whole, output, {
    ...{ measured, captions, poster, storyboard, thumbnails, droppedRungs },
  });
}

/** The task that makes the beginning of a video lets people play it while it grows. */
function watching(inspection: Inspection, plan: EncodePlan, work: Work, prefix: string, place: Place) {
  if (work.kind === "part" && work.part > 0) return () => Promise.resolve();
  const growing = createGrowing(plan, prefix, place);
  return ({ renditions, audio }: Delivered) =>
    growing.update({
      renditions: describeRenditions(renditions, plan),
      audio: describeSounds(audio, plan, inspection),
    });
}
