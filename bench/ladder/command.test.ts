import { usualRungs } from "@telecine/core/ladder/decide";
import { expect, it } from "vitest";
import { encodeArgs } from "@telecine/worker/src/ffmpeg/args.ts";
import { BT709 } from "@telecine/worker/src/color/plan.ts";
import type { EncodePlan } from "@telecine/worker/src/ffmpeg/plan.ts";
import { encoderOptions, optionOf, parseCommand, renditionsOf } from "./command.ts";

const COMMAND = [
  ..."ffmpeg -nostdin -copyts -i file:/x.mp4 -filter_complex".split(" "),
  "[0:0]fps=24,scale=64:36,split=2[v0][from0];[from0]select=not(mod(n\\,48)),tile=5x1[board]",
  ..."-map [v0] -fps_mode passthrough -c:v libx264 -preset veryfast -crf 23 -bitexact -f hls out/36p/index.m3u8".split(
    " ",
  ),
  ..."-map 0:1 -af apad -c:a aac -b:a 128k -f hls out/audio/index.m3u8".split(" "),
  ..."-map [board] -c:v mjpeg -q:v 5 -f image2 out/%03d.jpg".split(" "),
];

it("a command is taken apart into head, graph and outputs", () => {
  const { program, head, chains, outputs } = parseCommand(COMMAND);
  expect(program).toBe("ffmpeg");
  expect(head).toEqual(["-nostdin", "-copyts", "-i", "file:/x.mp4"]);
  expect(chains).toEqual([
    { inputs: ["0:0"], filters: "fps=24,scale=64:36,split=2", outputs: ["v0", "from0"] },
    { inputs: ["from0"], filters: "select=not(mod(n\\,48)),tile=5x1", outputs: ["board"] },
  ]);
  expect(outputs.map(({ from, target }) => [from, target])).toEqual([
    ["v0", "out/36p/index.m3u8"],
    ["0:1", "out/audio/index.m3u8"],
    ["board", "out/%03d.jpg"],
  ]);
});

it("what an encoder is told is told apart from the packaging", () => {
  const [picture] = renditionsOf(parseCommand(COMMAND));
  if (!picture) throw new Error("no rendition");
  expect(encoderOptions(picture)).toEqual(["-c:v", "libx264", "-preset", "veryfast", "-crf", "23"]);
  expect(optionOf(picture, "-f")).toBe("hls");
});

it("a command without outputs, or with half of one, is refused", () => {
  expect(() => parseCommand(["ffmpeg", "-i", "x"])).toThrow("-map");
  expect(() => parseCommand(["ffmpeg", "-map", "0:0", "-c:v", "copy"])).toThrow("without the target");
});

it("the worker's own command is of the form that is understood here", () => {
  const plan: EncodePlan = {
    source: "/clip.mp4",
    video: { streamIndex: 0, startSeconds: 0, interlaced: false, color: { kind: "keep", tags: BT709 } },
    audio: [{ name: "audio", streamIndex: 1, startSeconds: 0, unknownLayout: false }],
    captions: [],
    normalize: false,
    frameRate: { num: 24, den: 1 },
    firstFrame: 0,
    frameCount: 240,
    totalFrames: 240,
    filePrefix: "",
    framesPerSegment: 96,
    framesPerGroup: 48,
    rungs: usualRungs({ width: 1280, height: 720, framesPerSecond: 24 }).slice(0, 2),
    storyboard: { framesPerTile: 48, columns: 5, rows: 1, tileWidth: 160, tileHeight: 90 },
  };
  const command = parseCommand(["ffmpeg", ...encodeArgs(plan)]);
  const renditions = renditionsOf(command);
  expect(renditions).toHaveLength(2);
  for (const rendition of renditions) {
    expect(encoderOptions(rendition)).toEqual(expect.arrayContaining(["-crf", "23", "-g", "48"]));
    expect(encoderOptions(rendition).join(" ")).not.toContain("hls");
  }
  expect(command.outputs.map(({ from }) => from)).toContain("board");
});
