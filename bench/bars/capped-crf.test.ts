import { expect, it } from "vitest";
import { fixedRate } from "./capped-crf.ts";

it("a fixed ladder has the cap as its bit rate, and all else the same", () => {
  const encoder = "-c:v libx264 -preset veryfast -crf 23 -maxrate 5000k -bufsize 10000k -g 48".split(" ");
  expect(fixedRate(encoder).join(" ")).toBe(
    "-c:v libx264 -preset veryfast -b:v 5000k -maxrate 5000k -bufsize 10000k -g 48",
  );
  expect(() => fixedRate(["-c:v", "libx264", "-b:v", "1M"])).toThrow("capped constant quality");
});
