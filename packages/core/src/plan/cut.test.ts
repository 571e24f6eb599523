import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gridOf } from "../media/grid.ts";
import { cut, type Film } from "./cut.ts";

const film = (frameCount: number, more: Partial<Film> = {}): Film => ({
  startSeconds: 0,
  frameRate: { num: 25, den: 1 },
  frameCount,
  keyframes: [],
  ...more,
});

const RATES = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 60_000, den: 1001 },
  { num: 25, den: 2 },
  { num: 1, den: 5 },
];
const films = fc.record({
  startSeconds: fc.double({ min: -5, max: 4000, noNaN: true }),
  frameRate: fc.constantFrom(...RATES),
  frameCount: fc.integer({ min: 1, max: 2_000_000 }),
  keyframes: fc.array(fc.double({ min: -5, max: 8000, noNaN: true }), { maxLength: 60 }),
});
const cuts = fc.record({
  film: films.map(({ keyframes, ...rest }) => ({ ...rest, keyframes: keyframes.sort((a, b) => a - b) })),
  count: fc.integer({ min: 1, max: 60 }),
  lighterFrames: fc.double({ min: 0, max: 100_000, noNaN: true }),
});

describe("chunks", () => {
  it("cover every frame once, and begin where a segment does, whatever is cut", () => {
    fc.assert(
      fc.property(cuts, ({ film, count, lighterFrames }) => {
        const { framesPerSegment } = gridOf(film.frameRate);
        let next = 0;
        for (const { firstFrame, frameCount } of cut(film, count, lighterFrames)) {
          expect(firstFrame).toBe(next);
          expect(firstFrame % framesPerSegment).toBe(0);
          expect(frameCount).toBeGreaterThan(0);
          next += frameCount;
        }
        expect(next).toBe(film.frameCount);
      }),
    );
  });

  it("are as many as was asked for, where there are segments enough", () => {
    fc.assert(
      fc.property(cuts, ({ film, count, lighterFrames }) => {
        const segments = Math.ceil(film.frameCount / gridOf(film.frameRate).framesPerSegment);
        const chunks = cut(film, count, lighterFrames).length;
        expect(chunks).toBeLessThanOrEqual(Math.min(count, segments));
        if (segments >= 4 * count && lighterFrames === 0) expect(chunks).toBe(count);
      }),
    );
  });

  it("are none of them much longer than an even division makes them", () => {
    fc.assert(
      fc.property(cuts, ({ film, count, lighterFrames }) => {
        const { framesPerSegment } = gridOf(film.frameRate);
        const lighter = Math.min(lighterFrames, film.frameCount / count);
        const even = (film.frameCount + lighter + framesPerSegment) / count;
        for (const { frameCount } of cut(film, count, lighterFrames))
          expect(frameCount).toBeLessThanOrEqual(even * 1.05 + framesPerSegment);
      }),
    );
  });

  it("are equal, but for the first, which is shorter by what else it does", () => {
    // 40 segments of 100 frames: 44 of work in four parts.
    expect(cut(film(4000), 4, 400).map(({ frameCount }) => frameCount)).toEqual([700, 1100, 1100, 1100]);
  });

  it("have something of the picture each, however much else the first does", () => {
    for (const { frameCount } of cut(film(4000), 5, 9_000_000)) expect(frameCount).toBeGreaterThan(0);
    expect(cut(film(4000), 5, 9_000_000)).toHaveLength(5);
  });

  it("leave an incomplete segment to the last", () => {
    expect(cut(film(4050), 2)).toEqual([
      { firstFrame: 0, frameCount: 2100 },
      { firstFrame: 2100, frameCount: 1950 },
    ]);
  });
});

describe("a cut", () => {
  // 25 frames a second, segments of 4 s. An hour in two: the middle is 1800 s, and 2.5 % of half an hour are 45 s.
  const secondOfCut = (keyframes: number[], startSeconds = 0) => {
    const [, second] = cut(film(90_000, { keyframes, startSeconds }), 2);
    return (second?.firstFrame ?? 0) / 25;
  };

  it("is in the middle when the source's keyframes are not known", () => {
    expect(secondOfCut([])).toBe(1800);
  });

  it("is where the source has a keyframe, if there is a place near", () => {
    expect(secondOfCut([0, 1790, 1828, 1850])).toBe(1828);
  });

  it("is as soon after a keyframe as the grid allows", () => {
    // From 1811 to 1812 is a second; from 1790 to 1792 two.
    expect(secondOfCut([0, 1790, 1811, 1870])).toBe(1812);
  });

  it("is the nearest place of several that are as good", () => {
    expect(secondOfCut([0, 1780, 1784, 1796, 1808, 1816])).toBe(1796);
  });

  it("is not far from the middle, whatever is there", () => {
    expect(secondOfCut([0, 1748, 1852])).toBeGreaterThanOrEqual(1755);
  });

  it("counts keyframes on the file's clock", () => {
    expect(secondOfCut([100.5, 1828.5], 100.5)).toBe(1756);
    expect(secondOfCut([100.5, 1928.5], 100.5)).toBe(1828);
  });

  it("takes a keyframe for its frame's though a clock of milliseconds put it beside", () => {
    const at = (seconds: number) => cut(film(90_000, { keyframes: [0, seconds] }), 2)[1]?.firstFrame;
    expect(at(1828.0004)).toBe(1828 * 25);
    expect(at(1827.9996)).toBe(1828 * 25);
    expect(at(1828.04)).toBe(1832 * 25);
  });
});
