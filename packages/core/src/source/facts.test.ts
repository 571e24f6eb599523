import { describe, expect, it } from "vitest";
import { SourceInfo } from "../task/contract.ts";
import { sourceFacts } from "./facts.ts";

const silent = { codec: null, profile: null, bitrate: null, width: null, height: null, frameRate: null };
const track = { ...silent, pixelFormat: null, channels: null, sampleRate: null, language: null };

/** What the first version of the worker said of a source: such words are stored with videos of then. */
const OLD = {
  ...{ container: "mov,mp4", durationSeconds: 8, sizeBytes: 1000, bitrate: 1000, width: 1280, height: 720 },
  ...{ rotation: 90, frameRate: "25/1", videoCodec: "h264", audioCodec: "aac", tags: {} },
  tracks: [
    { ...track, index: 0, kind: "video" },
    { ...track, index: 1, kind: "audio", language: "ger" },
    { ...track, index: 2, kind: "audio", language: "deu" },
    { ...track, index: 3, kind: "audio", language: "<b>" },
    { ...track, index: 4, kind: "audio", language: "eng" },
  ],
};

describe("the facts of a source", () => {
  it("are those that were known when it was processed", () => {
    expect(sourceFacts(SourceInfo.parse(OLD))).toEqual({
      ...{ rotation: 90, constantFrameRate: null, interlaced: null, hdr: null, bitDepth: null },
      ...{ colorPrimaries: null, colorTransfer: null, colorMatrix: null, colorRange: null },
      ...{ integratedLufs: null, loudnessRangeLu: null, truePeakDbtp: null },
      ...{ audioTrackCount: 4, audioLanguages: ["de", "en"], captions: null },
      ...{ chapterCount: 0, sceneCutCount: null },
    });
  });

  it.each<[string, object, boolean]>([
    ["a track of them", { tracks: [{ ...track, index: 0, kind: "subtitle" }], closedCaptions: false }, true],
    ["some within its pictures", { closedCaptions: true }, true],
    ["none", { closedCaptions: false }, false],
  ])("say whether it has captions: %s", (_name, more, expected) => {
    expect(sourceFacts(SourceInfo.parse({ ...OLD, ...more })).captions).toBe(expected);
  });
});
