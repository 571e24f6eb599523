import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Settings } from "@telecine/core/settings/settings";
import { outputPrefix } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import { clip, soundChanges } from "./clips.ts";
import { processed } from "./harness.ts";
import { type Heard, listen, publishForTest, type Ready } from "./playlists.ts";
import { knocks, steadyTone } from "./source-clips.ts";

const execute = promisify(execFile);

interface Sound {
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
  readonly heard: Heard;
}

/** Every sound that comes of a source, measured once it is encoded. */
async function normalized(
  file: string,
  loudness: Settings["loudness"] = "normalize",
): Promise<{ sounds: Sound[]; source: Ready["source"] }> {
  const settings = Settings.parse({ loudness });
  return processed(
    file,
    async (result, task) => {
      await publishForTest(task.bucket, result);
      const folder = join(task.bucket.root, outputPrefix(result));
      const sounds: Sound[] = [];
      for (const { name } of result.audio) {
        const playlist = join(folder, `${name}.m3u8`);
        sounds.push({ ...(await loudnessOf(playlist)), heard: await listen(playlist) });
      }
      return { sounds, source: result.source };
    },
    { settings },
  );
}

async function loudnessOf(playlist: string) {
  const args = ["-hide_banner", "-nostats", "-allowed_extensions", "ALL", "-i", playlist];
  const { stderr } = await execute("ffmpeg", [...args, "-af", "ebur128=peak=true", "-f", "null", "-"]);
  const summary = stderr.slice(stderr.lastIndexOf("Summary:"));
  const find = (name: string) => Number(new RegExp(`${name}:\\s+(-?[\\d.]+|-inf)`).exec(summary)?.[1]);
  return { integratedLufs: find("I"), truePeakDbtp: find("Peak") };
}

describe("sound that is to be as loud as others'", { timeout: 120_000 }, () => {
  it.each<[string, () => Promise<string>]>([
    ["quiet", () => steadyTone(-35, "stereo")],
    ["loud", () => steadyTone(-6, "stereo")],
    ["of five channels", () => steadyTone(-30, "5.0")],
    ["with peaks that one gain would clip", () => knocks(12)],
    ["so, and short", () => knocks(2)],
    ["of one channel", () => clip("mono.mp4")],
    ["of a form that changes midway", () => soundChanges()],
  ])("comes out at -16 LUFS, below -1 dBTP: %s", async (_name, file) => {
    const { sounds } = await normalized(await file());
    expect(sounds).toHaveLength(1);
    expect(Math.abs((sounds[0]?.integratedLufs ?? 0) + 16)).toBeLessThanOrEqual(0.5);
    expect(sounds[0]?.truePeakDbtp).toBeLessThanOrEqual(-1);
  });

  it("stays where the picture has it", async () => {
    for (const name of ["late-sound.mkv", "short-sound.mp4"] as const) {
      const plain = (await normalized(await clip(name), "keep")).sounds[0]?.heard;
      const loud = (await normalized(await clip(name))).sounds[0]?.heard;
      expect(Math.abs((loud?.loudFrom ?? 0) - (plain?.loudFrom ?? 9))).toBeLessThan(0.005);
      expect(Math.abs((loud?.loudTo ?? 0) - (plain?.loudTo ?? 9))).toBeLessThan(0.005);
      expect(loud?.durationSeconds).toBe(plain?.durationSeconds);
    }
  });

  it("is every track, but not silence", async () => {
    const { sounds } = await normalized(await clip("two-sounds.mkv"));
    const [silence, tone] = sounds.map(({ integratedLufs }) => integratedLufs);
    expect(silence).toBe(-70);
    expect(Math.abs((tone ?? 0) + 16)).toBeLessThanOrEqual(0.5);
  });

  it("is not made of noise: no gain is above 24 dB", async () => {
    const { sounds } = await normalized(await steadyTone(-60, "stereo"));
    expect(Math.abs((sounds[0]?.integratedLufs ?? 0) + 36)).toBeLessThanOrEqual(0.5);
  });

  it("is not touched unasked, and its source is told as it was", async () => {
    const { sounds, source } = await normalized(await steadyTone(-35, "stereo"), "keep");
    expect(Math.abs((sounds[0]?.integratedLufs ?? 0) + 35)).toBeLessThanOrEqual(0.5);
    const asked = await normalized(await steadyTone(-35, "stereo"));
    expect(asked.source.loudness).toEqual(source.loudness);
  });
});
