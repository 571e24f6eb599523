import type { Ladder } from "./ladder/ladder.ts";
import type { Jobs } from "./ladder/job.ts";
import type { Variant, VariantRounds } from "./ladder/rounds.ts";
import type { Rig } from "./rig/rig.ts";

/** What a figure is held to. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** One measured value. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** How it is shown: `ratio` as 0.72, `share` as 1.5 %, the others with their unit. */
  readonly unit: "ratio" | "share" | "ms" | "us" | "s" | "per second" | "count" | "dB";
  /** None for a figure that explains others. */
  readonly goal?: Goal;
  /** The lowest and the highest of the runs that the value is the middle of. */
  readonly range?: readonly [low: number, high: number];
  /** What it is compared with, or how others fare. */
  readonly note?: string;
}

/** What bars measure with. Everything is made when it is first asked for, and is gone when the program ends. */
export interface Bench {
  /** How often each thing is measured. */
  readonly runs: number;
  /** A new folder. */
  readonly folder: (name: string) => Promise<string>;
  /** Tells people what is going on. */
  readonly say: (text: string) => void;
  /** PostgreSQL, Redis, S3 and Secrets Manager of this machine. */
  readonly rig: () => Promise<Rig>;
  /** The clip that ladders are made of, and the worker's command for it. */
  readonly ladder: () => Promise<Ladder>;
  /** Runs jobs of ours. */
  readonly jobs: () => Promise<Jobs>;
  /** The ways of encoding a ladder that the chosen bars compare, measured in turns. */
  readonly rounds: () => Promise<VariantRounds>;
}

export interface Bar {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** The ways of encoding a ladder that it compares. */
  readonly variants?: readonly Variant[];
  measure(bench: Bench): Promise<readonly Figure[]>;
}
