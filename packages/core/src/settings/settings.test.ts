import { expect, it } from "vitest";
import { askedOf, Settings } from "./settings.ts";

it("only what was asked for is kept, so that a default may change", () => {
  expect(askedOf(Settings.parse({}))).toEqual({});
  const asked = {
    quality: "optimized" as const,
    ladder: { maxShortSide: 720 },
    loudness: "normalize" as const,
  };
  expect(askedOf(Settings.parse({ ...asked, codecs: [] }))).toEqual(asked);
});
