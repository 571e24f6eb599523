import { describe, expect, it } from "vitest";
import { aSource } from "../../test/support/metadata.ts";
import { metadata } from "../video.ts";
import { sourceFacts, trackWords } from "./source-facts.ts";

function factsOf(more: object = {}) {
  const { source } = metadata({ source: { ...aSource, ...more } }, "");
  if (!source) throw new Error("a source was given");
  return { facts: Object.fromEntries(sourceFacts(source, "a.mp4")), tracks: source.tracks.map(trackWords) };
}

const HLG = { hdr: "hlg", primaries: "bt2020", range: "full", bitDepth: 10 };

describe("the facts of a source", () => {
  it("are words for people", () => {
    expect(factsOf().facts).toMatchObject({
      ...{ File: "a.mp4", Colour: "SDR · bt709 · 8 bit", "Frame rate": "24 fps", Chapters: "1" },
      Loudness: "−19.5 LUFS · range 6.1 LU · peak −1.2 dBTP",
      ...{ Rotation: null, Scan: null, Captions: null, "Scene cuts": "1" },
    });
  });

  it("tell what is unusual", () => {
    const more = {
      rotation: 90,
      constantFrameRate: false,
      interlaced: true,
      closedCaptions: true,
      color: HLG,
    };
    expect(factsOf(more).facts).toMatchObject({
      ...{
        Rotation: "90°",
        "Frame rate": "24 fps, uneven",
        Scan: "interlaced",
        Captions: "within the picture",
      },
      Colour: "HLG · bt2020 · 10 bit · full range",
    });
  });

  it("are left out where nobody knows them", () => {
    const unknown = { color: null, loudness: null, sceneCuts: null, chapters: [], audioCodec: null };
    expect(factsOf(unknown).facts).toMatchObject({
      ...{ Colour: null, Loudness: null, "Scene cuts": null, Chapters: null, Audio: "none" },
    });
  });
});

it("a track is told in one line", () => {
  expect(factsOf().tracks).toEqual(["#0 video · h264 · yuv420p", "#1 audio · aac · stereo · 48 kHz"]);
  const [forced] = factsOf({
    tracks: [{ ...aSource.tracks[1], title: "Director", language: "eng", isForced: true }],
  }).tracks;
  expect(forced).toBe("#1 audio · aac · stereo · 48 kHz · eng · Director · forced");
});
