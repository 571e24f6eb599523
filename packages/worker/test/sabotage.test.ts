import { appendFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { taskResultKey } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import type { RunTool } from "../src/ffmpeg/spawn.ts";
import { createRunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import { clip } from "./clips.ts";
import { leftovers, withTask } from "./harness.ts";

const run = createRunTool(findTools());

/**
 * Runs ffmpeg as it is, then spoils what the encode has written, as a full disk or a killed process would. Its progress is
 * told only then, so that nothing of it was looked at before.
 */
function spoiling(spoil: (out: string) => Promise<void>): RunTool {
  return async (invocation) => {
    if (!invocation.args.includes("libx264")) return run(invocation);
    const lines: string[] = [];
    const ended = await run({ ...invocation, onLine: (line) => lines.push(line) });
    await spoil(join(invocation.folder, "out"));
    lines.forEach((line) => invocation.onLine?.(line));
    return ended;
  };
}

const middle = (out: string) => join(out, "360p", "f00001.m4s");

describe("an output that is not right never has a result", { timeout: 120_000 }, () => {
  it.each<[string, (out: string) => Promise<void>]>([
    ["a fragment is missing", (out) => rm(middle(out))],
    ["the last fragment is missing", (out) => rm(join(out, "240p", "f00002.m4s"))],
    ["a fragment is empty", (out) => writeFile(middle(out), "")],
    ["a fragment is cut off", (out) => truncate(middle(out), 20_000)],
    [
      "a fragment lacks its last byte",
      async (out) => truncate(middle(out), (await readFile(middle(out))).length - 1),
    ],
    ["a fragment has more than its samples", (out) => appendFile(middle(out), "more")],
    [
      "two fragments are the same",
      async (out) => writeFile(join(out, "360p", "f00002.m4s"), await readFile(middle(out))),
    ],
    ["the initialization is missing", (out) => rm(join(out, "360p", "init.mp4"))],
    [
      "the initialization is of another rung",
      async (out) => writeFile(join(out, "360p", "init.mp4"), await readFile(join(out, "240p", "init.mp4"))),
    ],
    ["the sound is missing", (out) => rm(join(out, "audio"), { recursive: true })],
    ["the sound is cut off", (out) => truncate(join(out, "audio", "f00001.m4s"), 10_000)],
    ["a sheet of the storyboard is missing", (out) => rm(join(out, "storyboard", "001.jpg"))],
    ["a sheet of the storyboard is cut off", (out) => truncate(join(out, "storyboard", "001.jpg"), 1000)],
    ["a sheet of the storyboard is empty", (out) => writeFile(join(out, "storyboard", "001.jpg"), "")],
    ["a thumbnail is missing", (out) => rm(join(out, "thumbnails", "00001.jpg"))],
    [
      "a picture cannot be decoded",
      async (out) => {
        for (const name of await readdir(join(out, "240p"))) {
          if (name.endsWith(".m4s")) await garble(join(out, "240p", name));
        }
      },
    ],
    [
      "the keyframe of the last fragment of a larger rung cannot be decoded",
      (out) => garble(join(out, "360p", "f00002.m4s"), 0.05),
    ],
  ])("%s", async (_name, spoil) => {
    await withTask(await clip("wide.mp4"), async (task) => {
      await expect(task.run({ run: spoiling(spoil) })).rejects.toMatchObject({ code: "output_invalid" });
      expect(task.bucket.written.map(({ key }) => key)).not.toContain(taskResultKey(task.ticket));
      expect(await leftovers(task)).toEqual([]);
    });
  });
});

/** Overwrites the middle of the media data, leaving all structure as it is. */
async function garble(path: string, from = 0.4): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0xff, Math.floor(bytes.length * from), Math.floor(bytes.length * 0.9));
  await writeFile(path, bytes);
}
