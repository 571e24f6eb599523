import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Settings } from "@telecine/core/settings/settings";
import { outputPrefix } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import { clip } from "./clips.ts";
import { PATCH_WIDTH, type PatchClip, patchClip } from "./color-clips.ts";
import { processed } from "./harness.ts";
import { publishForTest } from "./playlists.ts";

const execute = promisify(execFile);
const LONG = { timeout: 180_000 };
const KEEP = { settings: Settings.parse({ hdr: "keep" }) };

/** A rendition of a clip of greys that kept HDR. */
async function kept(patches: PatchClip) {
  return processed(
    await patchClip(patches),
    async (result, task) => {
      await publishForTest(task.bucket, result);
      const folder = join(task.bucket.root, outputPrefix(result));
      const hdr = result.renditions.find(({ name }) => name.endsWith("-hdr"));
      if (!hdr) throw new Error("HDR was kept");
      const playlist = join(folder, `${hdr.name}.m3u8`);
      const init = await readFile(join(folder, hdr.init.key));
      const colr = init.indexOf("colrnclx") + 8;
      return {
        names: result.renditions.map(({ name }) => name),
        codecs: hdr.codecs,
        range: hdr.rung?.videoRange,
        container: [0, 2, 4].map((offset) => init.readUInt16BE(colr + offset)),
        ...(await describedBy(playlist)),
        luma: await lumaOf(playlist, patches.patches.length, hdr.height),
      };
    },
    KEEP,
  );
}

async function describedBy(playlist: string) {
  const frame = "frame=pix_fmt,color_range,color_space,color_primaries,color_transfer";
  const light = "frame_side_data=max_luminance,min_luminance,red_x,max_content,max_average";
  const args = [
    "-v",
    "error",
    "-allowed_extensions",
    "ALL",
    "-select_streams",
    "v",
    "-read_intervals",
    "%+#1",
  ];
  const { stdout } = await execute("ffprobe", [
    ...args,
    "-show_entries",
    `${frame}:${light}`,
    "-of",
    "json",
    playlist,
  ]);
  const { frames } = JSON.parse(stdout) as { frames: [Record<string, unknown>] };
  const { side_data_list: sideData, ...tags } = frames[0];
  return { tags: Object.values(tags).join(), light: JSON.stringify(sideData ?? []) };
}

/** The luma of the middle of each patch, in ten bits. */
async function lumaOf(playlist: string, count: number, height: number): Promise<number[]> {
  const args = [
    "-v",
    "error",
    "-allowed_extensions",
    "ALL",
    "-i",
    playlist,
    "-frames:v",
    "1",
    "-pix_fmt",
    "yuv420p10le",
  ];
  const { stdout } = await execute("ffmpeg", [...args, "-f", "rawvideo", "-"], {
    encoding: "buffer",
    maxBuffer: 1 << 26,
  });
  const line = (height / 2) * count * PATCH_WIDTH;
  return Array.from({ length: count }, (_, patch) =>
    stdout.readUInt16LE((line + (patch + 0.5) * PATCH_WIDTH) * 2),
  );
}

const SCREEN = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)";
const TAGS = "-color_primaries bt2020 -colorspace bt2020nc -color_range tv";

describe("HDR that is to be kept", LONG, () => {
  it("is there in HEVC beside SDR, with its light and the screen that it was made on", async () => {
    const colors = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited";
    const light = `master-display=${SCREEN}:max-cll=900,300`;
    const encoder = `-c:v libx265 -preset ultrafast -x265-params log-level=error:lossless=1:${colors}:${light}`;
    const luma = [64, 195, 327, 397, 509, 573, 636, 723];
    const patches = luma.map((y) => [y, 512, 512] as const);
    const tags = `${TAGS} -color_trc smpte2084`;
    const result = await kept({ name: "keep.mp4", patches, bits: 10, tags, encoder, height: 256 });
    expect(result).toMatchObject({
      ...{ names: ["256p", "256p-hdr"], range: "PQ", container: [9, 16, 9] },
      codecs: expect.stringMatching(/^hvc1\.2\.4\.L/) as string,
      tags: "yuv420p10le,tv,bt2020nc,bt2020,smpte2084",
    });
    expect(result.light).toContain('"max_luminance":"10000000/10000"');
    expect(result.light).toContain('"min_luminance":"50/10000"');
    expect(result.light).toContain('"max_content":900,"max_average":300');
    result.luma.forEach((y, index) => {
      expect(Math.abs(y - (luma[index] ?? 0))).toBeLessThanOrEqual(3);
    });
  });

  it("is HLG where it was", async () => {
    const luma = [64, 397, 502, 721, 852, 940];
    const patches = luma.map((y) => [y, 512, 512] as const);
    const result = await kept({
      name: "hlg.mkv",
      patches,
      bits: 10,
      tags: `${TAGS} -color_trc arib-std-b67`,
    });
    expect(result).toMatchObject({
      ...{ range: "HLG", container: [9, 18, 9], tags: "yuv420p10le,tv,bt2020nc,bt2020,arib-std-b67" },
    });
    result.luma.forEach((y, index) => {
      expect(Math.abs(y - (luma[index] ?? 0))).toBeLessThanOrEqual(3);
    });
  });

  it("is made of nothing that is SDR", async () => {
    await processed(
      await clip("wide.mp4"),
      ({ renditions }) => {
        expect(renditions.map(({ name }) => name)).toEqual(["360p", "240p"]);
        return Promise.resolve();
      },
      KEEP,
    );
  });
});
