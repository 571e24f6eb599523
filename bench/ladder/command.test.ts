import { expect, it } from "vitest";
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
