import { expect, it } from "vitest";
import { toneMapCube } from "./cube.ts";
import { toneMapper } from "./tone-map.ts";

it("a table has an entry for each colour, red fastest, and no number that ffmpeg cannot read", () => {
  const hdr = { transfer: "pq", primaries: "bt2020", peak: 1000 } as const;
  const [head, ...lines] = toneMapCube(hdr).trim().split("\n");
  expect(head).toBe("LUT_3D_SIZE 65");
  expect(lines).toHaveLength(65 ** 3);
  expect(lines.every((line) => /^[01]\.\d{5} [01]\.\d{5} [01]\.\d{5}$/.test(line))).toBe(true);
  const entry = (lines[32 + 65 * 16 + 65 ** 2 * 8] ?? "").split(" ").map(Number);
  toneMapper(hdr)([0.5, 0.25, 0.125]).forEach((value, index) => {
    expect(entry[index]).toBeCloseTo(value, 4);
  });
});
