import type { Rung } from "@telecine/core/ladder/ladder";
import type { Rational } from "@telecine/core/media/rational";
import type { StoryboardPlan } from "@telecine/core/storyboard/storyboard";
import type { ColorPlan } from "../color/plan.ts";

/** How a source becomes its renditions. Every figure is exact: two runs of one plan give the same segments, frame by frame. */
export interface EncodePlan {
  /** The path of a file, or the address that this process serves it at (source/range-server.ts). */
  readonly source: string;
  readonly video: {
    readonly streamIndex: number;
    /** When its first picture is shown, on the file's clock: the zero of everything that is made. */
    readonly startSeconds: number;
    readonly interlaced: boolean;
    readonly color: ColorPlan;
  };
  /** The default one first. */
  readonly audio: readonly SoundPlan[];
  /** Tracks of words, in the order of the file. */
  readonly captions: readonly CaptionPlan[];
  /** What makes its sounds equally loud: not asked for, asked for and to be found by listening, or told of each sound. */
  readonly gains: "none" | "wanted" | "known";
  /** Constant, of every rendition. */
  readonly frameRate: Rational;
  /** The first frame that is made here, counted over the whole video; it begins a segment. */
  readonly firstFrame: number;
  /** How many are made here. */
  readonly frameCount: number;
  /**
   * Where a reader of the source is sent, on its clock, to come to the keyframe that the first frame needs. Undefined where
   * that was not found out or is not enough: then it is sent a second before the first frame.
   */
  readonly seekSeconds?: number;
  /** How many the whole video has. */
  readonly totalFrames: number;
  /** What the names of pictures begin with, so that those of several parts lie beside each other. */
  readonly filePrefix: string;
  readonly framesPerSegment: number;
  readonly framesPerGroup: number;
  /** Best first. */
  readonly rungs: readonly Rung[];
  readonly storyboard: StoryboardPlan;
  /** The size of the larger pictures beside it, in pixels. */
  readonly thumbnail: { readonly width: number; readonly height: number };
}

/** One track of sound, encoded once over the full length. */
export interface SoundPlan {
  /** The folder that it is written to; unique within a plan. */
  readonly name: string;
  readonly streamIndex: number;
  readonly startSeconds: number;
  /** Nobody knows what its channels are for: the first two are taken. */
  readonly unknownLayout: boolean;
  /** How much louder it is made than its two channels are. */
  readonly gain?: Gain;
}

interface Gain {
  /** Negative to make it quieter. */
  readonly decibels: number;
  /** Its peaks would be too high then, and are held down. */
  readonly limited: boolean;
}

/** One track of words that is text, not pictures of it. */
export interface CaptionPlan {
  /** Of its file; unique within a plan. */
  readonly name: string;
  readonly streamIndex: number;
}

export const AUDIO = { sampleRate: 48_000, channels: 2, bitrateKbps: 128 } as const;

/** `audio`, `audio-2` and so on, by the track's place in the plan. */
export function soundName(index: number): string {
  return index === 0 ? "audio" : `audio-${index + 1}`;
}

/**
 * Where an encode writes to, below the folder it runs in: `out/<name>/init.mp4`, `out/<name>/f00000.m4s` and so on, one
 * fragment for each group of pictures.
 */
export const OUTPUT_FOLDER = "out";
export const INIT_NAME = "init.mp4";
/** Below the folder that an encode runs in, for words as ffmpeg writes them; and below `out/`, as they are stored. */
export const CAPTIONS_FOLDER = "captions";
export const STORYBOARD_FOLDER = "storyboard";

export function fragmentName(number: number): string {
  return `f${String(number).padStart(5, "0")}.m4s`;
}

/** The table for HDR, in the folder that an encode runs in: there before it begins. */
export const TONE_MAP_FILE = "tone-map.cube";

/** What is measured on the way, in the folder that an encode runs in: loudness every tenth of a second, cuts, and keyframes. */
export const LOUDNESS_FILE = "loudness.txt";
/** And what is measured before it, of each sound that is to be made as loud as others. */
export const mixLoudnessFile = (name: string) => `loudness-of-${name}.txt`;
export const SCENES_FILE = "scenes.txt";
export const LOOKS_FILE = "looks.txt";
