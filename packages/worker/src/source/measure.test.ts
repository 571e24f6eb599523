import { describe, expect, it } from "vitest";
import { parseProbe } from "../ffmpeg/probe.ts";
import { type Span, toleratedLoss } from "@telecine/core/media/timeline";
import { measureSource } from "./measure.ts";

const STREAMS = [
  { index: 0, codec_type: "video", pix_fmt: "yuv420p", width: 640, height: 360, avg_frame_rate: "25/1" },
  { index: 2, codec_type: "subtitle", codec_name: "subrip" },
  { index: 1, codec_type: "audio", sample_fmt: "fltp", sample_rate: "48000", channels: 2 },
];

const span = (startSeconds: number, endSeconds: number): Span => ({ startSeconds, endSeconds });

/** A picture at 25 frames a second and a sound, with the length that the header promises. */
function measure(
  promised: string | undefined,
  picture: Span | undefined,
  sound?: Span,
  framesPerSecond = 25,
  sizes: readonly [number, number][] = [],
) {
  const probe = parseProbe(
    JSON.stringify({ streams: STREAMS, format: { format_name: "mov", duration: promised } }),
  );
  const [stream] = probe.streams;
  if (!stream) throw new Error("one stream was given");
  const spans = new Map<number, Span>();
  if (picture) spans.set(0, picture);
  if (sound) spans.set(1, sound);
  const count = picture ? Math.round((picture.endSeconds - picture.startSeconds) * framesPerSecond) : 0;
  const pictureTimes = Array.from(
    { length: count },
    (_, index) => (picture?.startSeconds ?? 0) + index / framesPerSecond,
  );
  return measureSource(probe, stream, { spans, pictureTimes, largestPackets: new Map(sizes) });
}

const codeOf = (run: () => unknown) => {
  try {
    run();
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a file is whole when its packets end where its header promises", () => {
  it.each<[string, string | undefined, Span, Span | undefined, string]>([
    ["to the frame", "10", span(0, 10), undefined, "accepted"],
    ["with a promise that is rounded", "10.4", span(0, 10), undefined, "accepted"],
    ["half of it", "10", span(0, 5), undefined, "source_truncated"],
    ["nearly", "100", span(0, 98.5), undefined, "source_truncated"],
    ["nearly, but long", "14000", span(0, 13_985), undefined, "source_truncated"],
    ["when the sound goes on", "10", span(0, 5), span(0, 10), "accepted"],
    ["counted from zero, beginning later", "3605", span(3600, 3605), undefined, "accepted"],
    ["counted from the first packet, beginning later", "5", span(1.4, 6.4), undefined, "accepted"],
    ["beginning before zero", "4.02", span(0, 4), span(-0.02, 4), "accepted"],
    ["without a promise", undefined, span(0, 5), undefined, "accepted"],
  ])("%s", (_name, promised, picture, sound, code) => {
    expect(codeOf(() => measure(promised, picture, sound))).toBe(code);
  });
});

describe("what is measured", () => {
  it("is the picture's own length, and the file's as players show it", () => {
    expect(measure("8", span(1, 4), span(0, 8))).toMatchObject({
      startSeconds: 1,
      durationSeconds: 3,
      shownSeconds: 8,
    });
    expect(measure(undefined, span(1, 4), span(0, 8)).shownSeconds).toBe(3);
    // A header that counts from the beginning of an endless recording.
    expect(measure("3605", span(3600, 3605)).shownSeconds).toBe(5);
  });

  it("is at least a frame long", () => {
    expect(measure(undefined, span(0, 0)).durationSeconds).toBe(0.04);
  });

  it("has no sound that is empty or over when the picture begins", () => {
    expect(measure("4", span(0, 4), span(1, 4)).sounds).toMatchObject([
      { startSeconds: 1, stream: { index: 1 } },
    ]);
    expect(measure("4", span(0, 4)).sounds).toEqual([]);
    expect(measure("9", span(5, 9), span(0, 2)).sounds).toEqual([]);
  });

  it.each([
    ["are words of a screen", 65_536, [2]],
    ["are no words that fill a book at once", 65_537, []],
    ["are no words where there are none", 0, []],
  ])("%s", (_what, sizeBytes, expected) => {
    const sizes: [number, number][] = sizeBytes > 0 ? [[2, sizeBytes]] : [];
    const { captions } = measure("4", span(0, 4), undefined, 25, sizes);
    expect(captions.map(({ index }) => index)).toEqual(expected);
  });

  it("may be too much", () => {
    expect(codeOf(() => measure(undefined, span(0, 14_401), undefined, 1))).toBe("source_too_long");
    expect(codeOf(() => measure(undefined, span(0, 1), undefined, 1000))).toBe(
      "source_frame_rate_unsupported",
    );
  });

  it("may be nothing", () => {
    expect(codeOf(() => measure("4", undefined, span(0, 4)))).toBe("source_corrupt");
  });
});

it.each([
  [1, 0.5],
  [100, 1],
  [10_000, 10],
])("of %d s, %d s may be missing", (seconds, tolerated) => {
  expect(toleratedLoss(seconds)).toBe(tolerated);
});
