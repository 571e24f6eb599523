import type { ClosedData } from "@telecine/core/captions/closed-data";
import type { DroppedRung } from "@telecine/core/ladder/ladder";
import type {
  EncodedAudio,
  EncodedCaptions,
  EncodedRendition,
  Iframe,
  SourceInfo,
  Storyboard,
} from "@telecine/core/task/contract";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import { formatRational, type Rational } from "@telecine/core/media/rational";
import { describeSound } from "../source/describe.ts";
import type { ProbeStream } from "../ffmpeg/probe.ts";
import type { Inspection } from "../source/inspect.ts";
import type { Output } from "../verify/output.ts";
import type { Measured } from "./measured.ts";
import type { MeasuredFile, MeasuredFragment, MeasuredTrack } from "../verify/track.ts";

export interface Made {
  readonly source: SourceInfo;
  readonly renditions: EncodedRendition[];
  readonly droppedRungs: DroppedRung[];
  readonly audio: EncodedAudio[];
  readonly captions: EncodedCaptions[];
  readonly closedData: ClosedData[];
  readonly thumbnails: MeasuredFile[];
  readonly poster: MeasuredFile & { readonly score: number };
  /** Null where no tile falls among the frames. */
  readonly storyboard: Storyboard | null;
}

/** What is told of what was made: measurements, never what was asked for. */
export function describeResult(
  inspection: Inspection,
  plan: EncodePlan,
  output: Output,
  {
    measured,
    ...rest
  }: Pick<Made, "captions" | "closedData" | "poster" | "storyboard" | "thumbnails" | "droppedRungs"> & {
    readonly measured: Measured;
  },
): Made {
  return {
    source: { ...inspection.info, ...measured },
    renditions: describeRenditions(output.renditions, plan),
    audio: describeSounds(output.audio, plan, inspection),
    ...rest,
  };
}

export function describeRenditions(
  tracks: readonly MeasuredTrack[],
  { frameRate, rungs }: Pick<EncodePlan, "frameRate" | "rungs">,
): EncodedRendition[] {
  return tracks.map((track) => ({
    ...describeRendition(track, frameRate),
    rung: rungs.find(({ name }) => name === track.name),
  }));
}

export function describeSounds(
  tracks: readonly MeasuredTrack[],
  { audio }: Pick<EncodePlan, "audio">,
  { sounds }: Pick<Inspection, "sounds">,
): EncodedAudio[] {
  return tracks.map((track) => {
    const { streamIndex } = audio.find(({ name }) => name === track.name) ?? {};
    return describeAudio(track, sounds.find(({ stream }) => stream.index === streamIndex)?.stream);
  });
}

function describeRendition(track: MeasuredTrack, frameRate: Rational): EncodedRendition {
  const { width, height } = track.description;
  return {
    ...describeTrack(track),
    segments: track.segments.map(({ key, sizeBytes, durationSeconds, fragments }) => ({
      ...{ key, sizeBytes, durationSeconds },
      iframes: iframesOf(fragments),
    })),
    width,
    height,
    frameRate: formatRational(frameRate),
    frameCount: track.sampleCount,
  };
}

/** Each fragment begins with a picture that needs no other. */
function iframesOf(fragments: readonly MeasuredFragment[]): Iframe[] {
  let start = 0;
  return fragments.map(({ sizeBytes, durationSeconds, firstSample: [offset, length] }) => {
    const place = start + offset;
    start += sizeBytes;
    return [place, length, durationSeconds];
  });
}

function describeAudio(track: MeasuredTrack, stream: ProbeStream | undefined): EncodedAudio {
  const { channels, sampleRate } = track.description;
  return { ...describeTrack(track), ...describeSound(stream), channels, sampleRate };
}

function describeTrack({ name, init, description, segments }: MeasuredTrack) {
  return {
    name,
    codecs: description.codecs,
    init: { ...init, sha256: description.sha256 },
    segments: segments.map(({ key, sizeBytes, durationSeconds }) => ({ key, sizeBytes, durationSeconds })),
  };
}
