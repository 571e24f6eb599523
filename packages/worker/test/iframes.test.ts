import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { outputPrefix } from "@telecine/core/storage/keys";
import { expect, it } from "vitest";
import { clip } from "./clips.ts";
import { processed } from "./harness.ts";

const execute = promisify(execFile);

it("the bytes that are told of each group's first picture decode to that picture, and to no other", async () => {
  await processed(await clip("film.mp4"), async ({ renditions }, { bucket, ticket }) => {
    const folder = join(bucket.root, outputPrefix(ticket));
    for (const { init, segments, width, height } of renditions) {
      const pictures = segments.flatMap(({ key, iframes = [] }) =>
        iframes.map(([offset, length], index) => ({ key, offset, length, index })),
      );
      // 216 frames at 48 a group.
      expect(pictures).toHaveLength(5);
      for (const { key, offset, length, index } of pictures) {
        const head = await readFile(join(folder, init.key));
        const segment = await readFile(join(folder, key));
        expect(segment.toString("latin1", offset + 4, offset + 8)).toBe("moof");
        const range = join(folder, "range.mp4");
        await writeFile(range, Buffer.concat([head, segment.subarray(offset, offset + length)]));
        const whole = join(folder, "whole.mp4");
        await writeFile(whole, Buffer.concat([head, segment]));
        const picture = await pixels(range, "-v fatal");
        expect(picture).toHaveLength((width * height * 3) / 2);
        const nth = `-vf select=eq(n\\,${index}) -frames:v 1`;
        expect(picture.equals(await pixels(whole, "-v error -xerror -skip_frame nokey", nth))).toBe(true);
        // One byte less is not enough.
        await writeFile(range, Buffer.concat([head, segment.subarray(offset, offset + length - 1)]));
        await expect(pixels(range, "-v error -xerror")).rejects.toThrow();
      }
    }
  });
});

/** The pictures of a file, as bytes. */
async function pixels(path: string, before: string, after = ""): Promise<Buffer> {
  const args = [...before.split(" "), "-i", path, ...after.split(" ").filter(Boolean)];
  const { stdout } = await execute("ffmpeg", [...args, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], {
    encoding: "buffer",
    maxBuffer: 64 * 1024 ** 2,
  });
  return stdout;
}
