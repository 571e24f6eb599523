import type { RejectionCode } from "@telecine/core/error";
import type { Timing } from "@telecine/core/plan/plan";

/** What a file's headers say of it. Plain data: it comes from another thread. */
export interface ContainerFacts {
  /** As people call it: `MP4`, `Matroska`. */
  readonly container: string;
  /** As the header claims it; null where it does not. */
  readonly durationSeconds: number | null;
  /** The moving picture, where there is exactly one. */
  readonly picture: PictureFacts | null;
  /** Of each track that can be encoded, in the file's order: what ffprobe calls its codec. */
  readonly soundCodecs: readonly (string | null)[];
  /** What the index says of the pictures, where it says all: then it is what the task would measure. */
  readonly film: FilmFacts | null;
  /** Whether the pictures come at even intervals; null where that is not known. */
  readonly isConstant: boolean | null;
  /** Why the file can never become a video, where that is certain. */
  readonly refusal: RejectionCode | null;
}

export interface PictureFacts {
  /** As displayed: upright, with square pixels. */
  readonly width: number;
  readonly height: number;
  /** As ffprobe calls it; null for one that nobody knows. */
  readonly codec: string | null;
}

export interface FilmFacts {
  /** Of the source, exact: what is encoded may be a whole fraction of it. */
  readonly frameRate: string;
  readonly timing: Timing;
  /** On the file's clock, ascending; empty where every picture is one. */
  readonly keyframes: Float64Array;
  /** The most that the pictures spend for some seconds (media/load.ts); null where they are none. */
  readonly peakBitrateKbps: number | null;
}
