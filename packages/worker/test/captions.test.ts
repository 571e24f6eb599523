import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readClosed } from "@telecine/core/captions/closed";
import type { ClosedData } from "@telecine/core/captions/closed-data";
import { outputPrefix } from "@telecine/core/storage/keys";
import { WebVTTParser } from "webvtt-parser";
import { describe, expect, it } from "vitest";
import { readByFfmpeg, talking, withClosedTrack } from "./caption-clips.ts";
import { clip, withEndlessWords, withWords } from "./clips.ts";
import { type Harness, processed, withTask } from "./harness.ts";
import { planOf } from "./plans.ts";

/** What the W3C's validator reads of a stored file. */
async function cuesOf({ bucket, ticket }: Harness, key: string) {
  return parsed(await readFile(join(bucket.root, outputPrefix(ticket), key), "utf8"));
}

function parsed(text: string) {
  const { cues, errors } = new WebVTTParser().parse(text.replace(/^X-TIMESTAMP-MAP.*\n/m, ""), "subtitles");
  expect(errors).toEqual([]);
  return cues.map(({ startTime, endTime, text: words }) => [startTime.toFixed(1), endTime.toFixed(1), words]);
}

describe("words in a source", { timeout: 60_000 }, () => {
  it.each(["words.mkv", "words.mp4"] as const)(
    "become WebVTT on the clock of the picture, and end with it: %s",
    async (name) => {
      await processed(await withWords(name), async ({ captions, renditions }, task) => {
        expect(renditions[0]?.frameCount).toBe(125);
        const [german, deaf] = captions;
        // The picture begins half a second into the file, and lasts five.
        expect(await cuesOf(task, german?.key ?? "")).toEqual([
          ["0.5", "2.0", "Hello <i>world</i>, 1 &lt; 2 &amp; 3"],
          ["2.5", "5.0", "Last words"],
        ]);
        expect(await cuesOf(task, deaf?.key ?? "")).toEqual([
          ["0.0", "0.1", "Before the picture"],
          ["1.5", "2.5", "Styled <b>bold</b>\ntwo lines"],
        ]);
        expect(captions).toHaveLength(2);
        expect(german).toMatchObject({ language: "de", cueCount: 2 });
        const stored = task.bucket.written.find(({ key }) => key.endsWith(german?.key ?? "none"));
        expect(stored?.headers.contentType).toBe("text/vtt; charset=utf-8");
      });
    },
  );

  it("keep what the file says they are for", async () => {
    await processed(await withWords("words.mkv"), async ({ captions }) => {
      expect(captions.map(({ kind, title }) => [kind, title])).toEqual([
        ["forced", null],
        ["captions", 'Said & "heard"'],
      ]);
    });
  });

  it("that cannot be written are left out, and cost nobody the video", async () => {
    await processed(await withEndlessWords(), async ({ captions, renditions }) => {
      expect(captions).toEqual([]);
      expect(renditions[0]?.frameCount).toBe(75);
    });
  });
});

const SECONDS = 17;
const FRAMES = 25 * SECONDS;
/** Cut at frame 200, while one is shown and another one is loaded. */
const SAID = [
  { text: "FIRST WORDS", from: 60, to: 110 },
  { text: "SHOWN BESIDE THE CUT", from: 180, to: 230 },
  { text: "SAID ACROSS IT, BIT BY BIT", from: 235, to: 300 },
];
const IN_SECONDS = [
  ["2.4", "4.4", "FIRST WORDS"],
  ["7.2", "9.2", "SHOWN BESIDE THE CUT"],
  ["9.4", "12.0", "SAID ACROSS IT, BIT BY BIT"],
];

const IN_TWO = planOf({ startSeconds: 0, frameRate: "25/1", frameCount: FRAMES }, [0, 200]);

const said = (data: readonly ClosedData[]) =>
  readClosed(data, FRAMES, { num: 25, den: 1 }).map(({ name, cues }) => [
    name,
    cues.map((cue) => [cue.startSeconds.toFixed(1), cue.endSeconds.toFixed(1), cue.text]),
  ]);

describe("words in the pictures of a source", { timeout: 120_000 }, () => {
  it("are as long shown as ffmpeg's own decoder shows those of the source", async () => {
    const file = await talking(SAID, SECONDS);
    expect(parsed(await readByFfmpeg(file))).toEqual(IN_SECONDS);
    const { closedData, source } = await processed(file, (result) => Promise.resolve(result));
    expect(source.closedCaptions).toBe(true);
    expect(said(closedData)).toEqual([["CC1", IN_SECONDS]]);
  });

  it("are the same where two tasks make a part each", async () => {
    await withTask(
      await talking(SAID, SECONDS),
      async (task) => {
        const parts = [await task.runPart(0), await task.runPart(1)];
        const data = parts.map((part) => (part.outcome === "made" ? part.closedData : []));
        expect(data.every((some) => some.length > 0)).toBe(true);
        expect(said(data.flat())).toEqual([["CC1", IN_SECONDS]]);
      },
      { plan: IN_TWO },
    );
  });

  it("are none where there are none", async () => {
    const { closedData } = await processed(await clip("wide.mp4"), (result) => Promise.resolve(result));
    expect(closedData).toEqual([]);
  });

  it("that lie beside them as a track are words like any others", async () => {
    await processed(await withClosedTrack(SAID, SECONDS), async ({ captions, closedData }, task) => {
      expect(closedData).toEqual([]);
      expect(captions).toHaveLength(1);
      expect(await cuesOf(task, captions[0]?.key ?? "")).toEqual(IN_SECONDS);
    });
  });

  it("that lie beside them as a track are so too where two tasks make a part each", async () => {
    await withTask(
      await withClosedTrack(SAID, SECONDS),
      async (task) => {
        const first = await task.runPart(0);
        const [track] = first.outcome === "made" ? first.captions : [];
        expect(await cuesOf(task, track?.key ?? "none")).toEqual(IN_SECONDS);
      },
      { plan: IN_TWO },
    );
  });
});
