import { describe, expect, it } from "vitest";
import { type Candidate, obstacleOf, type Picture } from "./streamable.ts";

/** What a phone or a screen recorder writes: a minute of 1080p. */
const USUAL: Candidate = {
  sizeBytes: 45_000_000,
  picture: {
    ...{ codec: "avc1.640028", level: 40, isUpright: true, isHdr: false, isPlain: true },
    ...{ width: 1920, height: 1080, durationSeconds: 60, startsWithKey: true },
    sequence: { profile: 100, chromaFormat: 1, bitDepth: 8, isProgressive: true },
    ...{ longestGroupSeconds: 10.42, largestGroupBytes: 8_000_000 },
  },
  sound: { codec: "mp4a.40.2", isPlain: true },
};

const picture = (change: Partial<Picture>): Candidate => ({
  ...USUAL,
  picture: { ...USUAL.picture, ...change },
});
const sequence = (change: Partial<NonNullable<Picture["sequence"]>>) =>
  picture({ sequence: { profile: 100, chromaFormat: 1, bitDepth: 8, isProgressive: true, ...change } });

describe("a source is shown as it is", () => {
  it.each<[string, Candidate]>([
    ["when it is what everybody plays", USUAL],
    ["without sound", { ...USUAL, sound: null }],
    ["in the simplest profile", sequence({ profile: 66 })],
    ["in 4K", picture({ level: 51, width: 3840, height: 2160 })],
    ["with sound for low bit rates", { ...USUAL, sound: { codec: "mp4a.40.29", isPlain: true } }],
    ["up to the limits", { ...picture({ durationSeconds: 30, longestGroupSeconds: 12 }) }],
  ])("%s", (_, candidate) => {
    expect(obstacleOf(candidate)).toBeNull();
  });

  it.each<[string, Candidate]>([
    ["size", { ...picture({ durationSeconds: 7200 }), sizeBytes: 1_000_000_001 }],
    ["video_codec", picture({ codec: "hvc1.1.6.L93.B0" })],
    ["video_codec", picture({ codec: "avc3.640028" })],
    ["video_codec", picture({ codec: null })],
    ["video_profile", picture({ sequence: null })],
    ["video_profile", sequence({ profile: 110 })],
    ["video_level", picture({ level: 52 })],
    ["pixel_format", sequence({ bitDepth: 10 })],
    ["pixel_format", sequence({ chromaFormat: 2 })],
    ["pixel_format", picture({ isHdr: true })],
    ["interlaced", sequence({ isProgressive: false })],
    ["orientation", picture({ isUpright: false })],
    ["edit_list", picture({ isPlain: false })],
    ["edit_list", { ...USUAL, sound: { codec: "mp4a.40.2", isPlain: false } }],
    ["audio_codec", { ...USUAL, sound: { codec: "ac-3", isPlain: true } }],
    ["audio_codec", { ...USUAL, sound: { codec: null, isPlain: true } }],
    ["keyframes", picture({ longestGroupSeconds: 12.1 })],
    ["keyframes", picture({ startsWithKey: false })],
    ["bitrate", picture({ durationSeconds: 29 })],
    ["bitrate", picture({ largestGroupBytes: 50_000_000 * 1.1 })],
    ["bitrate", picture({ durationSeconds: 0 })],
  ])("but not when it fails on %s", (reason, candidate) => {
    expect(obstacleOf(candidate)).toBe(reason);
  });
});
