import { expect, it } from "vitest";
import { createTimelineReader } from "./timeline.ts";

function read(stream: number, lines: string) {
  const reader = createTimelineReader(stream);
  lines.trim().split("\n").forEach(reader.read);
  return reader.end();
}

it("streams span from their first picture or sound to the end of their last", () => {
  // The first lines of base.flv, and two frames out of order as B-frames are.
  const { spans, pictureTimes } = read(
    0,
    `
0,0.023000,0.023000,0.040000,812,K_
1,0.000000,0.000000,0.023000,812,K_
0,0.103000,0.063000,0.040000,812,__
0,0.063000,0.103000,0.040000,812,__
1,0.023000,0.023000,0.023000,812,K_`,
  );
  expect(spans.get(0)).toEqual({ startSeconds: 0.023, endSeconds: 0.143 });
  expect(spans.get(1)).toEqual({ startSeconds: 0, endSeconds: 0.046 });
  expect(pictureTimes).toEqual([0.023, 0.063, 0.103]);
});

it("the largest packet of each stream is noted, whatever its time", () => {
  const { largestPackets } = read(0, "0,1.0,1.0,0.04,812,K_\n1,N/A,N/A,N/A,70000,K_\n0,2.0,2.0,0.04,300,__");
  expect([...largestPackets]).toEqual([
    [0, 812],
    [1, 70_000],
  ]);
});

it("what an edit list hides does not count", () => {
  const { spans } = read(0, "0,-0.040000,-0.040000,0.040000,812,KD,\n0,0.000000,0.000000,0.040000,812,K_,");
  expect(spans.get(0)).toEqual({ startSeconds: 0, endSeconds: 0.04 });
});

it("a packet without a time of presentation is placed by its time of decoding", () => {
  const { spans } = read(0, "0,0.540000,0.500000,0.040000,812,K_\n0,N/A,4.460000,0.040000,812,__");
  expect(spans.get(0)).toEqual({ startSeconds: 0.54, endSeconds: 4.5 });
});

it("a packet without any time, a missing length and blank lines do no harm", () => {
  const { spans, pictureTimes } = read(0, "0,N/A,N/A,N/A,812,__\n\n0,1.000000,1.000000,N/A,812,K_");
  expect(spans.get(0)).toEqual({ startSeconds: 1, endSeconds: 1 });
  expect(pictureTimes).toEqual([1]);
});

it("the pictures of a stream are weighed by seconds, keyframes apart", () => {
  const { load } = read(
    0,
    "0,0.900000,0.900000,0.040000,5000,K_\n0,1.000000,1.000000,0.040000,70,__\n1,1.000000,1.000000,0.020000,9,K_\n0,1.040000,1.040000,0.040000,N/A,__",
  );
  expect([...(load ?? [])]).toEqual([
    [0, { keyframes: 1, keyframeBytes: 5000, otherBytes: 0 }],
    [1, { keyframes: 0, keyframeBytes: 0, otherBytes: 70 }],
  ]);
});
