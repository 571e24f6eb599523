import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { CODECS, PROFILES, QUALITIES, STEPS } from "./profiles.ts";

/** The cells of every row of the guide's tables. */
async function rowsOfGuide(): Promise<string[][]> {
  const guide = await readFile(new URL("../../../../docs/encoding.md", import.meta.url), "utf8");
  const lines = guide.split("\n").filter((line) => line.startsWith("|"));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

it("docs/encoding.md tells the caps of H.264 by short side", async () => {
  const rows = await rowsOfGuide();
  expect(rows).toContainEqual(["Short side", ...STEPS.map(({ shortSide }) => String(shortSide))]);
  expect(rows).toContainEqual(["H.264 cap (kb/s)", ...STEPS.map((step) => String(step.maxBitrateKbps))]);
});

it("docs/encoding.md tells every profile as it is", async () => {
  const rows = await rowsOfGuide();
  for (const codec of CODECS) {
    for (const quality of QUALITIES) {
      const { preset, crf, work } = PROFILES[codec].profiles[quality];
      const cells = [codec, quality, preset, crf, PROFILES[codec].capShare, work].map(String);
      expect(rows).toContainEqual(cells);
    }
  }
});
