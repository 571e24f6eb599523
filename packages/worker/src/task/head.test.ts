import { expect, it } from "vitest";
import type { Rung } from "@telecine/core/ladder/ladder";
import type { Codec } from "@telecine/core/ladder/profiles";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import { headRung } from "./head.ts";

const rung = (name: string, codec: Codec) => ({ name, codec }) as Rung;
const PLAN = {
  rungs: [rung("1080p", "h264"), rung("360p", "h264"), rung("360p-hevc", "hevc")],
  ...{ totalFrames: 480, framesPerGroup: 60, gains: "none", audio: [{ name: "audio" }] },
} as unknown as EncodePlan;

it("a video begins with the smallest rung that every player plays", () => {
  expect(headRung(PLAN)?.name).toBe("360p");
});

it.each<[string, Partial<EncodePlan>]>([
  ["the only rung begins as soon by itself", { rungs: [rung("360p", "h264")] }],
  ["a short video is made soon", { totalFrames: 479 }],
  ["gains are not known before all has been heard", { gains: "wanted" }],
])("nothing is made ahead where it gains nothing: %s", (_, part) => {
  expect(headRung({ ...PLAN, ...part })).toBeUndefined();
});
