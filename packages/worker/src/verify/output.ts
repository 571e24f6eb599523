import { segmentOf } from "@telecine/core/media/grid";
import { toNumber } from "@telecine/core/media/rational";
import { toleratedLoss } from "@telecine/core/media/timeline";
import { AUDIO, type EncodePlan } from "../ffmpeg/plan.ts";
import { Rejection } from "../task/outcome.ts";
import { sum } from "./fragments.ts";
import { fragmentsOf, invalid, type MeasuredTrack, type TrackPlan } from "./track.ts";

/** All that was made, measured from its bytes and found right. */
export interface Output {
  /** Best first; none where only sound was asked for. */
  readonly renditions: readonly MeasuredTrack[];
  /** The default track first. */
  readonly audio: readonly MeasuredTrack[];
  /** Of every rendition. */
  readonly frameCount: number;
}

/** Where the fragments of a plan's tracks belong. */
export function trackPlansOf(plan: EncodePlan): { pictures: TrackPlan[]; sounds: TrackPlan[] } {
  const { firstFrame, framesPerGroup, frameRate } = plan;
  const common = { segmentOf: (fragment: number) => segmentOf(fragment, plan) };
  const picture = {
    ...common,
    firstFragment: firstFrame / framesPerGroup,
    startTicks: (timescale: number) => Math.round((firstFrame * frameRate.den * timescale) / frameRate.num),
  };
  const sound = { ...common, firstFragment: 0, startTicks: () => 0 };
  return {
    pictures: plan.rungs.map(({ name }) => ({ ...picture, name })),
    sounds: plan.audio.map(({ name }) => ({ ...sound, name })),
  };
}

/**
 * Holds what was made against the plan. Throws a TaskFailure when it is not what was asked for, and a {@link Rejection}
 * when the source ran dry.
 */
export function checkOutput(
  plan: EncodePlan,
  renditions: readonly MeasuredTrack[],
  audio: readonly MeasuredTrack[],
): Output {
  assertAll(plan.rungs, renditions);
  assertAll(plan.audio, audio);
  const frameCount = renditions[0]?.sampleCount ?? plan.frameCount;
  checkLength(frameCount, plan);
  renditions.forEach((rendition) => {
    checkRendition(rendition, frameCount, plan);
  });
  audio.forEach((track) => {
    checkAudio(track, frameCount, plan);
  });
  return { renditions, audio, frameCount };
}

function assertAll(asked: readonly { readonly name: string }[], made: readonly MeasuredTrack[]): void {
  const missing = asked.find(({ name }) => !made.some((track) => track.name === name));
  if (missing) throw invalid(`there is no ${missing.name}`);
}

/** Frames at the end that could not be decoded are lost, and a few are forgiven. */
function checkLength(frameCount: number, plan: EncodePlan): void {
  const { firstFrame, frameCount: expected, frameRate, totalFrames } = plan;
  const isLast = firstFrame + expected === totalFrames;
  if (!isLast && frameCount !== expected) throw invalid(`there are ${frameCount} frames of ${expected}`);
  const missingSeconds = (expected - frameCount) / toNumber(frameRate);
  const forgivenSeconds = Math.max(toleratedLoss(expected / toNumber(frameRate)), 1 / toNumber(frameRate));
  if (missingSeconds > forgivenSeconds) {
    const cause = new Error(`${frameCount} of ${expected} frames could be decoded.`);
    throw new Rejection("source_corrupt", { cause });
  }
}

function checkRendition(track: MeasuredTrack, frameCount: number, plan: EncodePlan): void {
  const { name, segments, sampleCount, description, steady } = track;
  const rung = plan.rungs.find((candidate) => candidate.name === name);
  if (description.width !== rung?.width || description.height !== rung.height) {
    throw invalid(`${name} is ${description.width}x${description.height}`);
  }
  if (!steady) throw invalid(`${name} has frames of different length`);
  if (sampleCount !== frameCount) throw invalid(`${name} has ${sampleCount} frames, others ${frameCount}`);
  const seconds = sum(segments.map(({ durationSeconds }) => durationSeconds));
  const expectedSeconds = frameCount / toNumber(plan.frameRate);
  if (Math.abs(seconds - expectedSeconds) > 0.001)
    throw invalid(`${name} lasts ${seconds} s, not ${expectedSeconds} s`);
  fragmentsOf(segments).forEach((fragment, index) => {
    const expected = Math.min(plan.framesPerGroup, frameCount - index * plan.framesPerGroup);
    if (fragment.sampleCount !== expected)
      throw invalid(`${fragment.file} has ${fragment.sampleCount} frames`);
    if (fragment.keyframes.length !== 1) throw invalid(`${fragment.file} has keyframes off the grid`);
  });
}

/** A frame of AAC, in samples. */
const AAC_FRAME = 1024;

/** The sound ends with the picture: the encoder adds a frame of priming and fills the last one. */
function checkAudio(
  { name, segments, description, steady }: MeasuredTrack,
  frameCount: number,
  { frameRate }: EncodePlan,
): void {
  if (description.sampleRate !== AUDIO.sampleRate || description.channels !== AUDIO.channels) {
    throw invalid(`${name} has ${description.channels} channels at ${description.sampleRate} Hz`);
  }
  if (!steady) throw invalid(`${name} has frames of different length`);
  const seconds = sum(segments.map(({ durationSeconds }) => durationSeconds));
  const surplus = seconds - frameCount / toNumber(frameRate);
  const allowed = (2 * AAC_FRAME + 1) / AUDIO.sampleRate;
  if (surplus < -1 / toNumber(frameRate) || surplus > allowed + 1 / toNumber(frameRate)) {
    throw invalid(`${name} lasts ${seconds} s beside a picture of ${seconds - surplus} s`);
  }
}
