import { describe, expect, it } from "vitest";
import { readyResult } from "../../test/support/video.ts";
import type { MadePart } from "./contract.ts";
import { mergeParts } from "./merge.ts";

const attempt = { videoId: "vid_01h2xcejqtf2nbrexx3vqjhp41", attempt: 1 };

/** A part with `count` segments of a second each, the first of which has number `from`. */
function part(number: number, from: number, count: number, change: Partial<MadePart> = {}): MadePart {
  const { outcome: _, poster, storyboard, ...whole } = readyResult(attempt);
  const renditions = whole.renditions.map((rendition) => ({
    ...rendition,
    frameCount: 25 * count,
    segments: Array.from({ length: count }, (_, index) => ({
      key: `${rendition.name}/${String(from + index).padStart(5, "0")}.m4s`,
      ...{ sizeBytes: 100, durationSeconds: 1 },
    })),
  }));
  const sheets = [{ key: `storyboard/part-${number}-000.jpg`, sizeBytes: 5, tileCount: number + 1 }];
  return {
    ...{ ...whole, outcome: "made", part: number, renditions, audio: number === 0 ? whole.audio : [] },
    poster: { ...poster, key: `part-${number}-poster.jpg`, score: number === 1 ? 90 : 50 },
    storyboard: { ...storyboard, sheets },
    ...change,
  };
}

describe("the parts of a video", () => {
  it("become one: segments and tiles in order, the sound of the first, the best poster", () => {
    const { renditions, audio, poster, storyboard } = mergeParts([
      part(0, 0, 3),
      part(1, 3, 2),
      part(2, 5, 1),
    ]);
    expect(renditions.map(({ name, frameCount }) => [name, frameCount])).toEqual([
      ["720p", 150],
      ["360p", 150],
    ]);
    expect(renditions[1]?.segments.map(({ key }) => key)).toEqual(
      [0, 1, 2, 3, 4, 5].map((number) => `360p/0000${number}.m4s`),
    );
    expect(audio.map(({ name }) => name)).toEqual(["audio-1"]);
    expect(poster.key).toBe("part-1-poster.jpg");
    expect(storyboard.sheets.map(({ tileCount }) => tileCount)).toEqual([1, 2, 3]);
  });

  it("say on what the one before began to say in its pictures", () => {
    const { closedData } = mergeParts([
      part(0, 0, 1, { closedData: [[24, "fc1420"]] }),
      part(1, 1, 1, { closedData: [[25, "fc142f"]] }),
    ]);
    expect(closedData).toEqual([
      [24, "fc1420"],
      [25, "fc142f"],
    ]);
  });

  it("may be without a tile of their own", () => {
    const { storyboard } = mergeParts([part(0, 0, 1), part(1, 1, 1, { storyboard: null })]);
    expect(storyboard.sheets).toHaveLength(1);
  });

  it.each<[string, (made: MadePart) => MadePart, RegExp]>([
    [
      "a rendition is missing",
      (made) => ({ ...made, renditions: made.renditions.slice(0, 1) }),
      /Part 1 has no 360p/,
    ],
    [
      "the initialization segments differ",
      (made) => ({
        ...made,
        renditions: made.renditions.map((each) => ({
          ...each,
          init: { ...each.init, sha256: "f".repeat(64) },
        })),
      }),
      /Part 1 of 720p was encoded in another way/,
    ],
  ])("do not become one where %s", (_, spoil, message) => {
    expect(() => mergeParts([part(0, 0, 1), spoil(part(1, 1, 1))])).toThrow(message);
  });
});
