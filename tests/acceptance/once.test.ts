import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { launch, newDataFolder, removeFolder } from "./support/app.ts";
import { testClip } from "./support/media.ts";
import { onlyOnThisMachine } from "./support/target.ts";

interface Line {
  readonly file: string;
  readonly id: string | null;
  readonly status: string;
  readonly durationSeconds: number | null;
  readonly playback: { readonly hls: string | null; readonly dash: string | null };
  readonly error: { readonly code: string; readonly message: string } | null;
}

const data = newDataFolder();
afterAll(() => {
  removeFolder(data);
});

async function once(
  files: readonly string[],
): Promise<{ code: number | null; lines: Line[]; output: string }> {
  const app = await launch(data, ["--once", ...files]);
  const code = await app.ended;
  const lines = app
    .output()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);
  return { code, lines, output: app.output() };
}

describe("npm start -- --once", () => {
  onlyOnThisMachine("is a command of this machine");

  it("processes the sample without being told a file, and ends with 0", async () => {
    const { code, lines, output } = await once([]);
    expect(code, output).toBe(0);
    expect(lines).toEqual([expect.objectContaining({ status: "ready", error: null, durationSeconds: 10 })]);
    expect(lines[0]?.file).toMatch(/big-buck-bunny\.mp4$/);
    expect(lines[0]?.playback.hls).toMatch(/^http:\/\/localhost:\d+\/.*\.m3u8$/);
  });

  it("takes several files at once, names that hurt among them, and answers in their order; ends with 1 when one is not ready", async () => {
    const folder = join(data, "-files 'with\" blanks");
    mkdirSync(folder);
    const good = join(folder, '-ünïcode "it\'s" 日本.mp4');
    copyFileSync(await testClip("good.mp4", "320x240", "25", 3), good);
    const empty = join(folder, "empty.mp4");
    writeFileSync(empty, "");
    const text = join(folder, "text.mp4");
    writeFileSync(text, "no video\n".repeat(50));
    const half = join(folder, "half.mp4");
    copyFileSync(await testClip("cut.mp4", "640x360", "25", 6), half);
    truncateSync(half, 60_000);
    const files = [join(folder, "missing.mp4"), good, empty, text, half, folder];

    const { code, lines, output } = await once(files);
    expect(code, output).toBe(1);
    expect(lines.map(({ file }) => file)).toEqual(files);
    expect(lines.map(({ status }) => status)).toEqual([
      "failed",
      "ready",
      "failed",
      "failed",
      "failed",
      "failed",
    ]);
    expect(lines.map(({ error }) => error?.code)).toEqual([
      "file_not_found",
      undefined,
      "source_empty",
      "source_not_video",
      expect.stringMatching(/^source_(truncated|corrupt)$/),
      "file_not_regular",
    ]);
    expect(lines[0]).toMatchObject({ id: null, playback: { hls: null, dash: null } });
    // The last thing on standard output is these lines, and nothing of the app is left to say.
    expect(output.trimEnd().endsWith("}")).toBe(true);
  });

  it("says what is wrong with its options and how it is used", async () => {
    const app = await launch(data, ["--once", "--no-such-option"]);
    expect(await app.ended).not.toBe(0);
    expect(app.output()).toMatch(/unknown option '--no-such-option'[\s\S]*Usage: npm start --/);
  });
});
