import { expect, it } from "vitest";
import { createProgressReader, type EncodeProgress } from "./progress.ts";

/** As ffmpeg 5.1.9 printed it for two outputs. */
const CAPTURED = `frame=1
fps=0.00
stream_0_0_q=0.0
stream_1_0_q=-0.0
bitrate=N/A
total_size=N/A
out_time_us=40000
out_time_ms=40000
out_time=00:00:00.040000
dup_frames=0
drop_frames=0
speed=38.9x
progress=continue
frame=100
fps=0.00
stream_0_0_q=-1.0
stream_1_0_q=-0.0
bitrate=N/A
total_size=N/A
out_time_us=4000000
out_time_ms=4000000
out_time=00:00:04.000000
dup_frames=0
drop_frames=0
speed= 6.1x
progress=end
`;

function read(text: string): EncodeProgress[] {
  const reports: EncodeProgress[] = [];
  const reader = createProgressReader((report) => reports.push(report));
  text.split("\n").forEach(reader);
  return reports;
}

it("each block of lines is one report", () => {
  expect(read(CAPTURED)).toEqual([
    { frames: 1, seconds: 0.04, done: false },
    { frames: 100, seconds: 4, done: true },
  ]);
});

it("a block that ffmpeg wrote before its first frame counts none", () => {
  expect(read("frame=N/A\nout_time_us=N/A\nprogress=continue\n")).toEqual([
    { frames: 0, seconds: 0, done: false },
  ]);
});

it("lines that are no progress are passed over", () => {
  expect(read("\n=\nnonsense\nconstructor=1\nframe=   7\nprogress=continue")).toEqual([
    { frames: 7, seconds: 0, done: false },
  ]);
});
