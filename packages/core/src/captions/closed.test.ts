import { describe, expect, it } from "vitest";
import { readClosed } from "./closed.ts";
import type { ClosedData } from "./closed-data.ts";

/** Codes of the first channel, as of 47 CFR 15.119 (f): each is sent twice, and the second one is not obeyed. */
const LOAD = ["1420", "1420"];
const SHOW = ["142f", "142f"];
const ERASE = ["142c", "142c"];
const ROLL_UP_TWO = ["1425", "1425"];
const RETURN = ["142d", "142d"];
const LAST_ROW = ["1470", "1470"];
const FIRST_ROW = ["1140", "1140"];
const ITALICS = ["112e", "112e"];

const letters = (text: string) =>
  (text.length % 2 ? `${text}\0` : text)
    .match(/../gs)
    ?.map((pair) => Buffer.from(pair, "latin1").toString("hex")) ?? [];

/** A pair of bytes a frame, from a frame on, in the first field or the second. */
function sent(from: number, pairs: readonly string[], field: 0 | 1 = 0): ClosedData[] {
  return pairs.map((pair, index) => [from + index, (field === 0 ? "fc" : "fd") + pair] as const);
}

const FILM = { num: 24, den: 1 };
const read = (data: readonly ClosedData[], frames = 240, rate = FILM) => readClosed(data, frames, rate);
const POPPED = [...LOAD, ...LAST_ROW, ...letters("HELLO WORLD")];

describe("captions in pictures", () => {
  it("that pop on are shown from their end of loading until they are erased", () => {
    const data = [...sent(0, POPPED), ...sent(48, SHOW), ...sent(96, ERASE)];
    expect(read(data)).toEqual([
      {
        name: "CC1",
        cues: [
          {
            ...{ startSeconds: 2, endSeconds: 4, text: "HELLO WORLD" },
            // The last of fifteen rows in the middle four fifths, from the first of 32 columns.
            settings: "line:84.67% position:10%,line-left align:start",
          },
        ],
      },
    ]);
  });

  it("are timed by frames, at whatever rate", () => {
    const data = [...sent(0, POPPED), ...sent(30, SHOW), ...sent(60, ERASE)];
    const [channel] = read(data, 300, { num: 30_000, den: 1001 });
    expect(channel?.cues[0]).toMatchObject({ startSeconds: 1.001, endSeconds: 2.002 });
  });

  it("that are still shown at the end end with the video", () => {
    const [channel] = read([...sent(0, POPPED), ...sent(48, SHOW)]);
    expect(channel?.cues).toMatchObject([{ startSeconds: 2, endSeconds: 10 }]);
  });

  it("that roll up keep the row before", () => {
    const line = (at: number, text: string) => sent(at, [...ROLL_UP_TWO, ...RETURN, ...letters(text)]);
    const [channel] = read([...line(0, "ONE"), ...line(48, "TWO"), ...sent(96, ERASE)]);
    expect(channel?.cues.map(({ text }) => text)).toEqual(["ONE", "ONE\nTWO"]);
  });

  it("stand where their first row stands, in as many lines as they have", () => {
    const two = [...LOAD, ...FIRST_ROW, ...letters("UP"), ...LAST_ROW, ...letters("DOWN")];
    const [channel] = read([...sent(0, two), ...sent(48, SHOW)]);
    expect(channel?.cues).toMatchObject([
      { text: "UP\nDOWN", settings: expect.stringContaining("line:10.00%") as string },
    ]);
  });

  it("are told apart by their channel", () => {
    const third = POPPED.map((pair) => pair.replace(/^14/, "15"));
    const data = [...sent(0, POPPED), ...sent(48, SHOW), ...sent(100, third, 1), ...sent(148, ["152f"], 1)];
    expect(read(data).map(({ name, cues }) => [name, cues.length])).toEqual([
      ["CC1", 1],
      ["CC3", 1],
    ]);
  });

  it("hold what was written, and no tags but italics", () => {
    const words = [...letters("A<B> &"), ...ITALICS, ...letters("C</I>")];
    const [channel] = read([...sent(0, [...LOAD, ...LAST_ROW, ...words]), ...sent(48, SHOW)]);
    expect(channel?.cues[0]?.text).toBe("A&lt;B&gt; &amp; <i>C&lt;/I&gt;</i>");
  });

  it("that say nothing, or nothing that makes sense, are none", () => {
    expect(read([])).toEqual([]);
    expect(read([...sent(0, POPPED)])).toEqual([]);
    const noise = Array.from({ length: 500 }, (_, frame) => ((frame * 40_503) & 0xffff).toString(16));
    expect(() =>
      read(
        sent(
          0,
          noise.map((pair) => pair.padStart(4, "0")),
        ),
      ),
    ).not.toThrow();
  });

  it("are left out from a row on that no screen would hold, however often it is shown", () => {
    const endless = sent(200, [...LOAD, ...letters("x".repeat(100_000))]);
    const flips = Array.from({ length: 200_000 }, (_, index) => ["142f", "7878"][index % 2] ?? "");
    const data = [
      ...sent(0, POPPED),
      ...sent(48, SHOW),
      ...sent(96, ERASE),
      ...endless,
      ...sent(60_000, flips),
    ];
    expect(read(data, 300_000).map(({ cues }) => cues.map(({ text }) => text))).toEqual([["HELLO WORLD"]]);
  });
});
