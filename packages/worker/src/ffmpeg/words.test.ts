import { expect, it } from "vitest";
import { words } from "./words.ts";

it("literal text is split at its spaces and lines, and a value never", () => {
  const path = "-i my file \0" + "0\0 $1.mp4";
  expect(words`-i file:${path}   -frames ${2}
    -map [v${0}]x${1}`).toEqual(["-i", `file:${path}`, "-frames", "2", "-map", "[v0]x1"]);
  expect(words`${""}`).toEqual([""]);
  expect(words``).toEqual([]);
});
