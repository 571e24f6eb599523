import { describe, expect, it } from "vitest";
import { formatRational, parseRational, type Rational } from "./rational.ts";
import { encodedRate, frameRateOf } from "./frame-rate.ts";

const times = (count: number, seconds: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => seconds(index));
const millis = (seconds: number) => Math.round(seconds * 1000) / 1000;
const rates = (...texts: string[]): Rational[] =>
  texts.map((text) => parseRational(text)).filter((rate) => rate !== undefined);

function rateOf(pictureTimes: number[], stated: Rational[]) {
  const found = frameRateOf(pictureTimes, stated);
  return [formatRational(found.rate), found.constant];
}

/** Every choice of one of each. */
function product<A, B, C, D>(as: A[], bs: B[], cs: C[], ds: D[]): [A, B, C, D][] {
  return as.flatMap((a) => bs.flatMap((b) => cs.flatMap((c) => ds.map((d): [A, B, C, D] => [a, b, c, d]))));
}

describe("the rate of a stream", () => {
  it("is the stated one that its pictures keep, exactly", () => {
    expect(
      rateOf(
        times(240, (index) => (index * 1001) / 24000),
        rates("24000/1001", "24000/1001"),
      ),
    ).toEqual(["24000/1001", true]);
  });

  it("is found although the container counts in milliseconds", () => {
    expect(
      rateOf(
        times(240, (index) => millis((index * 1001) / 24000)),
        rates("24000/1001", "24000/1001"),
      ),
    ).toEqual(["24000/1001", true]);
    expect(
      rateOf(
        times(240, (index) => millis((index * 1001) / 60000)),
        [],
      ),
    ).toEqual(["60000/1001", true]);
  });

  it("is the usual one that ffprobe rounds, of a Matroska file that states it in nanoseconds", () => {
    const shown = times(240, (index) => millis((index * 1001) / 60000));
    expect(rateOf(shown, rates("19001/317", "19001/317"))).toEqual(["60000/1001", true]);
  });

  it("is 29.97 exactly where that is stated, and kept", () => {
    const shown = times(300, (index) => index / 29.97);
    expect(rateOf(shown, rates("2997/100", "2997/100"))).toEqual(["2997/100", true]);
  });

  it("is not the one of fields, which interlaced streams state first", () => {
    expect(
      rateOf(
        times(100, (index) => index / 25),
        rates("50/1", "25/1"),
      ),
    ).toEqual(["25/1", true]);
  });

  it("is not the tick of a clock", () => {
    expect(
      rateOf(
        times(100, (index) => index / 25),
        rates("90000/1", "25/1"),
      ),
    ).toEqual(["25/1", true]);
  });

  it("tells 29.97 from 30", () => {
    expect(
      rateOf(
        times(300, (index) => (index * 1001) / 30000),
        rates("30/1", "30000/1001"),
      ),
    ).toEqual(["30000/1001", true]);
    expect(
      rateOf(
        times(300, (index) => index / 30),
        rates("30000/1001", "30/1"),
      ),
    ).toEqual(["30/1", true]);
  });

  it("survives a few dropped pictures", () => {
    const dropped = times(300, (index) => index / 30).filter((_, index) => index % 25 !== 7);
    expect(rateOf(dropped, rates("30/1", "720/25"))).toEqual(["30/1", true]);
  });

  it("of uneven intervals is the usual one among them", () => {
    const uneven = times(300, (index) => index / 30).filter((_, index) => index % 3 !== 1);
    expect(rateOf(uneven, rates("90000/1", "20/1"))).toEqual(["30/1", false]);
  });

  it("of an odd camera is what its file states", () => {
    expect(
      rateOf(
        times(300, (index) => (index * 30618) / 917425),
        rates("30/1", "917425/30618"),
      ),
    ).toEqual(["917425/30618", true]);
  });

  it("of a phone whose clock is too coarse for it is found by the average", () => {
    // 29.97 in ticks of a 600th: mostly 20, sometimes 21.
    const ticks = times(900, (index) => Math.round((index * 1001 * 600) / 30000) / 600);
    expect(rateOf(ticks, rates("30/1", "14985/500"))).toEqual(["30000/1001", true]);
  });

  it.each(["24000/1001", "30000/1001", "60000/1001", "24/1", "25/1", "30/1", "60/1"])(
    "of a few seconds is %s by any clock, whether that is stated or nothing",
    (rate) => {
      const [num = 0, den = 1] = rate.split("/").map(Number);
      for (const [ticks, count, offset, stated] of product(
        [600, 1000, 90_000],
        [5, 6.3, 7.9, 9.1].map((seconds) => Math.round((seconds * num) / den)),
        // Of 600 ticks, the last two are rounded by half of one.
        [0, 0.37, 0.0008, 0.0009],
        [rates(rate), []],
      )) {
        const shown = times(count, (index) => Math.round((offset + (index * den) / num) * ticks) / ticks);
        expect(rateOf(shown, stated), `${ticks} ticks, ${count} pictures`).toEqual([rate, true]);
      }
    },
  );

  it.each([24, 30, 60])(
    "of less than a second is %i, the nearest usual one, where nothing is stated",
    (rate) => {
      expect(
        rateOf(
          times(19, (index) => millis(index / rate)),
          [],
        ),
      ).toEqual([`${rate}/1`, true]);
    },
  );

  it("is not spoilt by one long picture", () => {
    const held = times(75, (index) => (index === 0 ? 0 : index / 25 + 0.023));
    expect(rateOf(held, rates("25/1", "480000/19337"))).toEqual(["25/1", true]);
  });

  it("of nothing stated and nothing usual is measured", () => {
    expect(
      rateOf(
        times(100, (index) => index / 12.5),
        [],
      ),
    ).toEqual(["25/2", true]);
  });

  it("of a single picture is what is stated, unless that is the tick of a clock", () => {
    expect(rateOf([0], rates("12/1"))).toEqual(["12/1", true]);
    expect(rateOf([0, 0, 0], rates("90000/1", "0/0"))).toEqual(["25/1", true]);
  });
});

it.each([
  ["24000/1001", "24000/1001"],
  ["60/1", "60/1"],
  ["60000/1001", "60000/1001"],
  ["120/1", "60/1"],
  ["120000/1001", "60000/1001"],
  ["240/1", "60/1"],
  ["100/1", "50/1"],
  ["144/1", "48/1"],
  ["75/1", "75/2"],
])("%s is encoded at %s", (source, encoded) => {
  expect(rates(source).map((rate) => formatRational(encodedRate(rate)))).toEqual([encoded]);
});
