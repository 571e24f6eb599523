import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { outputPrefix } from "@telecine/core/storage/keys";
import { WebVTTParser } from "webvtt-parser";
import { describe, expect, it } from "vitest";
import { withEndlessWords, withWords } from "./clips.ts";
import { type Harness, processed } from "./harness.ts";

/** What the W3C's validator reads of a stored file. */
async function cuesOf({ bucket, ticket }: Harness, key: string) {
  const text = await readFile(join(bucket.root, outputPrefix(ticket), key), "utf8");
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
