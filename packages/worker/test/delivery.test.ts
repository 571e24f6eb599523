import { outputPrefix } from "@telecine/core/storage/keys";
import { expect, it } from "vitest";
import { createRunTool, type RunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import { clip } from "./clips.ts";
import { withTask } from "./harness.ts";

const run = createRunTool(findTools());

it("segments lie in the bucket while the encode goes on", { timeout: 120_000 }, async () => {
  await withTask(await clip("long.mp4"), async (task) => {
    let before: string[] = [];
    const watched: RunTool = async (invocation) => {
      const ended = await run(invocation);
      if (invocation.args.includes("libx264")) before = task.bucket.written.map(({ key }) => key);
      return ended;
    };
    const result = await task.run({ run: watched });
    const prefix = outputPrefix(task.ticket);
    const names = result.outcome === "ready" ? [...result.renditions, ...result.audio] : [];
    expect(names).toHaveLength(5);
    for (const { name } of names) {
      expect(before).toContain(`${prefix}${name}/init.mp4`);
      expect(before).toContain(`${prefix}${name}/00000.m4s`);
    }
    expect(before).not.toContain(`${prefix}${names[0]?.name}/00005.m4s`);
  });
});
