import { stat } from "node:fs/promises";
import { join } from "node:path";
import pMap from "p-map";
import { availableParallelism } from "node:os";
import type { Bar, Bench } from "../bar.ts";
import { type Ladder, rawInput } from "../ladder/ladder.ts";
import { meanSsim } from "../ladder/quality.ts";
import type { RungCommand } from "../ladder/separate.ts";
import { sum } from "../lib/statistics.ts";
import { runNicely } from "../lib/usage.ts";

/**
 * Capped constant quality, as ours, against a ladder of fixed bit rates at the same caps: bytes, and likeness to the source's
 * picture at the rung's size. Both follow from the encoder's input alone, so one run says it all.
 */
export const cappedCrf: Bar = {
  name: "capped-crf",
  title: "Capped constant quality against a ladder of fixed bit rates",
  async measure(bench) {
    const ladder = await bench.ladder();
    const rungs = await pMap(ladder.rungs, (rung) => compare(bench, ladder, rung), {
      concurrency: availableParallelism(),
    });
    const losses = rungs.map(({ ours, fixed }) => ours.ssim - fixed.ssim);
    return [
      {
        what: "bytes of all rungs / of the fixed ladder",
        value: sum(rungs.map(({ ours }) => ours.bytes)) / sum(rungs.map(({ fixed }) => fixed.bytes)),
        unit: "ratio",
        goal: { atMost: 0.8 },
      },
      {
        what: "SSIM of the rung that loses most, above the fixed ladder's",
        value: Math.min(...losses),
        unit: "dB",
        goal: { atLeast: -0.2 },
      },
      ...rungs.map(({ name, ours, fixed }) => ({
        what: `bytes at ${name}`,
        value: ours.bytes / fixed.bytes,
        unit: "ratio" as const,
        note: `SSIM ${ours.ssim.toFixed(2)} dB, fixed ${fixed.ssim.toFixed(2)} dB`,
      })),
    ];
  },
};

interface Encoded {
  readonly bytes: number;
  readonly ssim: number;
}

async function compare(bench: Bench, ladder: Ladder, rung: RungCommand) {
  const ours = await encode(bench, ladder, rung, "capped", rung.encoder);
  const fixed = await encode(bench, ladder, rung, "fixed", fixedRate(rung.encoder));
  bench.say(`${rung.name}: ${ours.bytes} bytes, fixed ${fixed.bytes}`);
  return { name: rung.name, ours, fixed };
}

/** The same encoder with the cap as its bit rate. */
export function fixedRate(encoder: readonly string[]): string[] {
  const cap = encoder[encoder.indexOf("-maxrate") + 1];
  const quality = encoder.indexOf("-crf");
  if (!cap || quality < 0) throw new Error("The rung is not encoded with capped constant quality.");
  return encoder.toSpliced(quality, 2, "-b:v", cap);
}

async function encode(
  { folder }: Bench,
  ladder: Ladder,
  rung: RungCommand,
  way: string,
  encoder: readonly string[],
): Promise<Encoded> {
  const file = join(await folder("capped-crf"), `${rung.name}-${way}.mp4`);
  const input = await rawInput(ladder, rung, 1);
  const { program } = ladder.command;
  await runNicely({ argv: [program, "-v", "error", "-y", ...input, ...encoder, file] });
  return { bytes: (await stat(file)).size, ssim: await meanSsim(program, ["-i", file], input) };
}
