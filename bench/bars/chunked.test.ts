import type { EncodedRendition } from "@telecine/core/task/contract";
import { expect, it } from "vitest";
import { differing } from "./chunked.ts";

const made = (...frameCounts: number[]) => ({
  renditions: frameCounts.map((frameCount, index) => ({ name: `${index}p`, frameCount }) as EncodedRendition),
});

it("renditions are compared by name, and one that is missing differs", () => {
  const framesOf = ({ frameCount }: EncodedRendition) => frameCount;
  expect(differing(made(720, 720), made(720, 720), framesOf)).toBe(0);
  expect(differing(made(720, 721), made(720, 720), framesOf)).toBe(1);
  expect(differing(made(720, 720, 720), made(720, 720), framesOf)).toBe(1);
});
