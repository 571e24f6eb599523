import { expect, it } from "vitest";
import { parseStoryboard } from "./storyboard.ts";

it("each cue gives its time and its place on its sheet", () => {
  const vtt = [
    "WEBVTT\n",
    "00:00:00.000 --> 00:00:02.000\nstoryboard/000.jpg#xywh=0,0,160,90\n",
    "01:02:03.500 --> 01:02:05.500\nstoryboard/001.jpg#xywh=320,90,160,90\n",
  ].join("\n");
  expect(parseStoryboard(vtt)).toEqual([
    { startSeconds: 0, sheet: "storyboard/000.jpg", x: 0, y: 0, width: 160, height: 90 },
    { startSeconds: 3723.5, sheet: "storyboard/001.jpg", x: 320, y: 90, width: 160, height: 90 },
  ]);
});
