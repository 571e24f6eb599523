import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { SourceInfo } from "@telecine/core/task/contract";
import { describe, expect, it } from "vitest";
import { createRunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import { inspectSource } from "../src/source/inspect.ts";
import { clip } from "./clips.ts";
import { talking } from "./caption-clips.ts";
import { chapters, fields, hdr10, hlg, standardDefinition } from "./source-clips.ts";

async function inspected(path: string): Promise<SourceInfo> {
  const { size } = await stat(path);
  const deps = { run: createRunTool(findTools()), folder: tmpdir(), signal: new AbortController().signal };
  const { info } = await inspectSource({ path, sizeBytes: size }, deps);
  return SourceInfo.parse(info);
}

describe("of a source is told", () => {
  it.each(["mp4", "mkv", "ts"] as const)(
    "its HDR10, with its screen and its light, in %s",
    async (container) => {
      const { color } = await inspected(await hdr10(container));
      expect(color).toEqual({
        hdr: "hdr10",
        ...{ primaries: "bt2020", transfer: "smpte2084", matrix: "bt2020nc", range: "limited", bitDepth: 10 },
        masteringDisplay: {
          red: { x: 0.68, y: 0.32 },
          green: { x: 0.265, y: 0.69 },
          blue: { x: 0.15, y: 0.06 },
          white: { x: 0.3127, y: 0.329 },
          ...{ minLuminance: 0.005, maxLuminance: 1000 },
        },
        contentLight: { maxCll: 900, maxFall: 300 },
        dolbyVisionProfile: null,
      });
    },
  );

  it("its HLG", async () => {
    const { color } = await inspected(await hlg());
    expect(color).toMatchObject({ hdr: "hlg", transfer: "arib-std-b67", masteringDisplay: null });
  });

  it("the colour of standard definition, and its range", async () => {
    const { color } = await inspected(await standardDefinition());
    expect(color).toMatchObject({
      ...{ hdr: "sdr", primaries: "bt470bg", transfer: "bt470bg", matrix: "bt470bg" },
      ...{ range: "full", bitDepth: 8 },
    });
  });

  it("that nothing is known of a colour", async () => {
    const { color } = await inspected(await clip("wide.mp4"));
    expect(color).toMatchObject({ hdr: "sdr", primaries: null, transfer: null, matrix: null, range: null });
  });

  it.each(["top", "bottom"] as const)("which lines of a field come first: %s", async (first) => {
    expect(await inspected(await fields(first))).toMatchObject({ interlaced: true, fieldOrder: first });
  });

  it("that its frames are whole", async () => {
    const info = await inspected(await clip("wide.mp4"));
    expect(info).toMatchObject({ interlaced: false, fieldOrder: null, closedCaptions: false });
  });

  it("whether its frames come evenly", async () => {
    expect((await inspected(await clip("film.mp4"))).constantFrameRate).toBe(true);
    expect((await inspected(await clip("uneven.mp4"))).constantFrameRate).toBe(false);
  });

  it("the shape of its pixels", async () => {
    const { tracks, width } = await inspected(await clip("anamorphic.mp4"));
    expect([tracks[0]?.sampleAspectRatio, width]).toEqual(["64:45", 1024]);
  });

  it("its chapters, and what its tracks are for", async () => {
    const info = await inspected(await chapters());
    expect(info.chapters).toEqual([
      { startSeconds: 0, endSeconds: 1.5, title: "First <b>" },
      { startSeconds: 1.5, endSeconds: 3, title: "Second" },
    ]);
    const facts = info.tracks.map(({ kind, language, title, isDefault, isForced, isHearingImpaired }) => ({
      ...{ kind, language, title, isDefault, isForced, isHearingImpaired },
    }));
    const plain = { title: null, isDefault: false, isForced: false, isHearingImpaired: false };
    expect(facts.slice(1)).toEqual([
      { ...plain, kind: "audio", language: "ger", title: "Deutsch", isDefault: true },
      { ...plain, kind: "audio", language: "eng" },
      { ...plain, kind: "subtitle", language: "fre", isForced: true, isHearingImpaired: true },
    ]);
    expect(info.tracks.map(({ channelLayout }) => channelLayout)).toEqual([null, "5.1", "mono", null]);
  });

  it("that captions are hidden in its pictures", async () => {
    expect((await inspected(await talking([], 1))).closedCaptions).toBe(true);
  });
});
