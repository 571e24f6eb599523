import { WebVTTParser } from "webvtt-parser";
import { describe, expect, it } from "vitest";
import { type Captions, moveCues, readCaptions, writeWebVtt } from "./webvtt.ts";

/** What the W3C's own validator reads. It knows nothing of HLS's line in the header. */
function validate(text: string) {
  expect(text).toMatch(/^WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00\.000,MPEGTS:0\n\n/);
  const { cues, errors } = new WebVTTParser().parse(text.replace(/^X-TIMESTAMP-MAP.*\n/m, ""), "subtitles");
  expect(errors).toEqual([]);
  return cues.map(({ startTime, endTime, text: words }) => [startTime, endTime, words]);
}

async function read(text: string): Promise<Captions> {
  const captions = await readCaptions(text);
  if (!captions) throw new Error("these are captions");
  return captions;
}

const clean = async (text: string) =>
  (await read(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\n`)).cues[0]?.text;

describe("WebVTT", () => {
  it("is read whole, and written so that its validator finds nothing wrong", async () => {
    const captions = await read(
      [
        "\ufeffWEBVTT - A film\r\nKind: captions\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nREGION\r\nid:fred\r\n",
        "NOTE\r\n00:00 is the beginning\r\n",
        "first\r\n00:01.500 --> 00:03.000 line:10% position:50%,line-left align:start size:40% region:fred\r\n- One?\r\n- Two & three.\r\n",
        "01:02:03.004 --> 01:02:04.000\r\n<v Ann>Hi, <i>you</i></v>\r\n",
      ].join("\r\n"),
    );
    expect(captions.problems).toEqual([]);
    const text = writeWebVtt(captions.cues);
    expect(validate(text)).toEqual([
      [1.5, 3, "- One?\n- Two &amp; three."],
      [3723.004, 3724, "<v Ann>Hi, <i>you</i></v>"],
    ]);
    expect(text).toContain(
      "00:00:01.500 --> 00:00:03.000 line:10% position:50%,line-left size:40% align:start\n",
    );
  });

  it("is put in the order of time", async () => {
    const { cues } = await read("WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:09.000\na\n");
    expect(validate(writeWebVtt(cues)).map(([, , words]) => words)).toEqual(["a", "b"]);
  });

  it("tells the line of each time that cannot be read, and reads the others", async () => {
    const { cues, problems } = await read(
      "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n00:0x.000 --> 00:04.000\nb\n\n00:05.000 --> 00:70.000\nc\n",
    );
    expect(cues.map(({ text }) => text)).toEqual(["a"]);
    expect(problems.map(({ line }) => line)).toEqual([6, 9]);
    expect(problems[0]?.message).toContain("00:0x.000");
  });

  it("may be without words, and end before it begins: such cues are none", async () => {
    const { cues } = await read("WEBVTT\n\n00:01.000 --> 00:02.000\n \n\n00:05.000 --> 00:04.000\nx\n");
    expect(cues).toEqual([]);
  });
});

describe("SubRip", () => {
  it("is read like WebVTT, with its numbers, commas and places on the screen", async () => {
    const { cues, problems } = await read(
      '1\r\n00:00:01,500 --> 00:00:03,000  X1:100 X2:200 Y1:10 Y2:20\r\n<i>Hello</i>,\r\nworld\r\n\r\n2\r\n0:00:04,0 --> 0:00:05,25\r\n<font color="red">Bye</font>\r\n',
    );
    expect(problems).toEqual([]);
    expect(validate(writeWebVtt(cues))).toEqual([
      [1.5, 3, "<i>Hello</i>,\nworld"],
      [4, 5.25, "Bye"],
    ]);
  });

  it("tells the line in the file that was sent", async () => {
    const { problems } = await read("1\n00:00:01,500 --> 00:00:03,000\na\n\n2\n00:00:04,000 --> later\nb\n");
    expect(problems.map(({ line }) => line)).toEqual([6]);
  });
});

it.each(["", "hello", "WEBVTTX\n\n", "<tt xmlns='http://www.w3.org/ns/ttml'/>", "[Script Info]\nTitle: x"])(
  "%j is neither",
  async (text) => {
    expect(await readCaptions(text)).toBeUndefined();
  },
);

describe("the words of a cue", () => {
  it.each([
    ["a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"],
    ["a &lt;script&gt; b", "a &lt;script&gt; b"],
    ["<script>alert(1)</script><img src=x onerror=alert(1)>x", "alert(1)x"],
    ['<v Ann & "Bob" >x', '<v Ann &amp; "Bob">x</v>'],
    ["<c.red.loud>x</c><c.loud>y</c>", "<c.red>x</c>y"],
    ["<b>bold <i>both</b> neither", "<b>bold <i>both</i> neither</b>"],
    ["<00:00:01.500>sing", "sing"],
    ["<ruby>漢<rt>kan</rt></ruby>", "<ruby>漢<rt>kan</rt></ruby>"],
    ["a\u0000b\u001bc\u0085d\u007fe\ufefff", "abcdef"],
    ["\u202bשלום\u202c", "\u202bשלום\u202c"],
    ["a -- &gt; b --&gt; c", "a -- &gt; b --&gt; c"],
  ])("%j are %j", async (given, expected) => {
    const text = await clean(given);
    expect(text).toBe(expected);
    validate(writeWebVtt([{ startSeconds: 0, endSeconds: 1, settings: "", text: text ?? "" }]));
  });

  it("are cut where they fill more than a screen", async () => {
    const { cues, problems } = await read(`WEBVTT\n\n00:01.000 --> 00:02.000\n${"x".repeat(5000)}\n`);
    expect(cues[0]?.text).toHaveLength(2000);
    expect(problems).toEqual([{ line: 1, message: "A cue has more than 2000 characters." }]);
  });
});

it("cues are moved to the clock of the picture, and end with it", () => {
  const cue = (startSeconds: number, endSeconds: number) => ({
    startSeconds,
    endSeconds,
    text: "",
    settings: "",
  });
  const moved = moveCues([cue(0, 1), cue(0.5, 2), cue(4, 20), cue(12, 13)], -1.5, 10);
  expect(moved.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
    [0, 0.5],
    [2.5, 10],
  ]);
});

it.each([
  ["spaces around an arrow", `WEBVTT\n\n00:01.000 -->${" ".repeat(500_000)}x`],
  ["spaces of another kind", `WEBVTT\n\n00:01.000 -->${"\u3000".repeat(300_000)}x`],
  ["empty lines", "\n".repeat(500_000)],
  ["empty lines of WebVTT", `WEBVTT${"\n".repeat(200_000)}`],
  ["open tags", `WEBVTT\n\n00:01.000 --> 00:02.000\n${"<b>".repeat(300_000)}`],
  ["brackets", `WEBVTT\n\n00:01.000 --> 00:02.000\n${"<".repeat(900_000)}`],
  ["ampersands", `WEBVTT\n\n00:01.000 --> 00:02.000\n${"&".repeat(900_000)}`],
  ["arrows", `00:00:00,0 -->${"-->".repeat(300_000)}`],
])(
  "half a megabyte of %s is read in no time",
  async (_what, text) => {
    expect((await readCaptions(text))?.cues.length ?? 0).toBeLessThanOrEqual(1);
  },
  5_000,
);
