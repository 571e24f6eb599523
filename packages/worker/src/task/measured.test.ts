import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseLoudness, readMeasured } from "./measured.ts";

/** As ffmpeg 5.1.9 prints it, a tenth of a second each. */
const block = (frame: number, integrated: string, peak: string) => `frame:${frame} pts:480 pts_time:0.01
lavfi.r128.M=-19.910
lavfi.r128.S=-19.932
lavfi.r128.I=${integrated}
lavfi.r128.LRA=4.140
lavfi.r128.LRA.low=-20.050
lavfi.r128.LRA.high=-15.910
lavfi.r128.true_peaks_ch0=0.291
lavfi.r128.true_peaks_ch1=0.500
lavfi.r128.true_peak=${peak}
`;

async function measured(loudness: string, scenes: string, plan: object) {
  const folder = await mkdtemp(join(tmpdir(), "telecine-measured-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "loudness.txt"), loudness);
  await writeFile(join(folder, "scenes.txt"), scenes);
  return readMeasured({ audio: [], rungs: [], ...plan }, folder);
}

describe("the loudness that ffmpeg printed", () => {
  it("is the last one, with its peak in decibels", () => {
    // Half of full scale are 6.02 dB below it.
    expect(parseLoudness(block(0, "-70.000", "0.001") + block(1, "-23.049", "0.500"))).toEqual({
      ...{ integratedLufs: -23, rangeLu: 4.1, truePeakDbtp: -6 },
    });
  });

  it.each([
    ["silence", block(0, "-70.000", "0.000")],
    ["nothing", ""],
    ["a block that is not whole", block(0, "-23.000", "0.500").slice(0, 40)],
  ])("of %s is none", (_name, text) => {
    expect(parseLoudness(text)).toBeNull();
  });

  it("is found at the end of a long file, and not asked for without sound", async () => {
    const text = Array.from({ length: 2000 }, (_, n) => block(n, "-30.000", "0.100")).join("");
    const { loudness } = await measured(text + block(2000, "-20.000", "1.000"), "", { audio: [{}] });
    expect(loudness).toEqual({ integratedLufs: -20, rangeLu: 4.1, truePeakDbtp: 0 });
    expect((await measured(text, "", {})).loudness).toBeNull();
  });
});

it("cuts are counted all, and listed up to a number that fits into a document", async () => {
  const lines = Array.from(
    { length: 5000 },
    (_, n) => `frame:${n} pts:1 pts_time:1\nlavfi.scd.time=${n / 25}\n`,
  );
  const { sceneCuts } = await measured("", lines.join(""), { rungs: [{}] });
  expect(sceneCuts?.count).toBe(5000);
  expect(sceneCuts?.times).toHaveLength(2000);
  expect(sceneCuts?.times.slice(0, 3)).toEqual([0, 0.04, 0.08]);
  expect((await measured("", lines.join(""), {})).sceneCuts).toBeNull();
});
