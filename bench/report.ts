import { cpus, totalmem } from "node:os";
import type { Bar, Figure, Goal } from "./bar.ts";
import { formatTable } from "./lib/table.ts";

export type Verdict = "met" | "missed" | null;

/** What came of one bar. */
export interface BarResult {
  readonly bar: Pick<Bar, "name" | "title">;
  readonly figures: readonly Figure[];
  readonly seconds: number;
}

/** Where and how it was measured. */
export interface Circumstances {
  readonly machine: string;
  readonly node: string;
  readonly ffmpeg: string;
  readonly at: string;
  readonly runs: number;
  /** The name of the file that clips were made of. */
  readonly clip: string;
  readonly clipSeconds: number;
}

export function describeMachine(): string {
  const [cpu] = cpus();
  return `${cpus().length} x ${cpu?.model.trim() ?? "unknown CPU"}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ${process.platform}`;
}

/** Null for a figure that is held to nothing. */
export function verdictOf({ value, goal }: Figure): Verdict {
  if (!goal) return null;
  const isMet = "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
  return isMet ? "met" : "missed";
}

/** The figures for people: a table a bar. */
export function toText(results: readonly BarResult[], circumstances: Circumstances): string {
  const { machine, node, ffmpeg, at, runs, clip, clipSeconds } = circumstances;
  return [
    `${machine}; ${ffmpeg}, Node.js ${node}; ${at}`,
    `Middle of ${runs} ${runs === 1 ? "run" : "runs"}, with the lowest and highest; ladders of ${clipSeconds} s of ${clip}.`,
    ...results.map(section),
    summary(results),
    "",
  ].join("\n");
}

function section({ bar, figures, seconds }: BarResult): string {
  const rows = figures.map((figure) => [
    figure.what,
    format(figure.value, figure.unit),
    figure.range ? figure.range.map((value) => format(value, figure.unit)).join(" … ") : "",
    figure.goal ? formatGoal(figure.goal, figure.unit) : "",
    verdictOf(figure) === "missed" ? "MISSED" : (verdictOf(figure) ?? ""),
    figure.note ?? "",
  ]);
  const columns = [
    { heading: "figure" },
    { heading: "measured", align: "right" as const },
    { heading: "range", align: "right" as const },
    { heading: "goal", align: "right" as const },
    { heading: "verdict" },
    { heading: "note" },
  ];
  return `\n${bar.title} (${bar.name}, ${Math.round(seconds)} s)\n${formatTable(columns, rows)}`;
}

function summary(results: readonly BarResult[]): string {
  const verdicts = results.flatMap(({ figures }) => figures.map(verdictOf));
  const missed = verdicts.filter((verdict) => verdict === "missed").length;
  const held = verdicts.filter((verdict) => verdict !== null).length;
  return `\n${held - missed} of ${held} goals met.`;
}

function formatGoal(goal: Goal, unit: Figure["unit"]): string {
  return "atMost" in goal ? `≤ ${format(goal.atMost, unit)}` : `≥ ${format(goal.atLeast, unit)}`;
}

const FORMATS: Readonly<Record<Figure["unit"], (value: number) => string>> = {
  ratio: (value) => value.toFixed(value < 0.1 ? 4 : 3),
  share: (value) => `${(value * 100).toFixed(2)} %`,
  ms: (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`,
  us: (value) => `${value.toFixed(1)} µs`,
  s: (value) => `${value.toFixed(2)} s`,
  "per second": (value) => `${value.toLocaleString("en-US", { maximumSignificantDigits: 3 })}/s`,
  count: (value) => value.toLocaleString("en-US", { maximumSignificantDigits: 4 }),
  dB: (value) => `${value.toFixed(2)} dB`,
};

export function format(value: number, unit: Figure["unit"]): string {
  return FORMATS[unit](value);
}

/** The figures for programs. */
export function toJson(results: readonly BarResult[], circumstances: Circumstances): string {
  const bars = results.map(({ bar, figures, seconds }) => ({
    ...bar,
    seconds,
    figures: figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) })),
  }));
  return `${JSON.stringify({ ...circumstances, bars }, null, 2)}\n`;
}
