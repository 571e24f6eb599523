import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { outputPrefix } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import { type Patch, PATCH_WIDTH, type PatchClip, patchClip } from "./color-clips.ts";
import { processed } from "./harness.ts";
import { play, publishForTest } from "./playlists.ts";

const execute = promisify(execFile);

/** What a clip of patches came out as. */
interface Seen {
  /** Of the best rendition: the mean of each patch. */
  readonly patches: readonly Patch[];
  /** The same in red, green and blue. */
  readonly colors: readonly Patch[];
  /** Red, green and blue of the poster. */
  readonly poster: readonly Patch[];
  /** `colr` of its initialization segment: primaries, transfer, matrix by ITU-T H.273, and whether the range is full. */
  readonly container: readonly number[];
  /** Of the stream itself. */
  readonly stream: string;
  readonly interlaced: boolean;
}

async function seen(clip: PatchClip): Promise<Seen> {
  return processed(await patchClip(clip), async (result, task) => {
    await publishForTest(task.bucket, result);
    const folder = join(task.bucket.root, outputPrefix(result));
    const [best] = result.renditions;
    if (!best) throw new Error("there is a rendition");
    const playlist = join(folder, `${best.name}.m3u8`);
    const input = ["-allowed_extensions", "ALL", "-i", playlist];
    const count = clip.patches.length;
    return {
      patches: means(await decoded(input, "yuv444p"), count, best.height, planar),
      colors: means(await decoded(input, "rgb24"), count, best.height, packed),
      poster: means(
        await decoded(["-i", join(folder, result.poster.key)], "rgb24"),
        count,
        best.height,
        packed,
      ),
      container: colr(await readFile(join(folder, best.init.key))),
      stream: await tagsOf(playlist),
      interlaced: (await play(playlist)).interlaced,
    };
  });
}

/** One picture from the middle. */
async function decoded(input: readonly string[], format: string): Promise<Buffer> {
  const args = [
    "-v",
    "error",
    ...input,
    "-vf",
    "select=eq(n\\,4)+not(n)",
    "-f",
    "rawvideo",
    "-pix_fmt",
    format,
    "-",
  ];
  const { stdout } = await execute("ffmpeg", args, { encoding: "buffer", maxBuffer: 1 << 26 });
  return stdout;
}

type Layout = (pixel: number, component: number, pixels: number) => number;
const planar: Layout = (pixel, component, pixels) => component * pixels + pixel;
const packed: Layout = (pixel, component) => pixel * 3 + component;

/** The mean of the middle of each patch, of the last picture that was decoded. */
function means(all: Buffer, count: number, height: number, at: Layout): Patch[] {
  const width = count * PATCH_WIDTH;
  const picture = all.subarray(-width * height * 3);
  return Array.from({ length: count }, (_, patch) => {
    const sums = [0, 0, 0] as [number, number, number];
    let pixels = 0;
    for (let y = 16; y < height - 16; y++) {
      for (let x = patch * PATCH_WIDTH + 16; x < (patch + 1) * PATCH_WIDTH - 16; x++, pixels++) {
        for (const component of [0, 1, 2] as const)
          sums[component] += picture[at(y * width + x, component, width * height)] ?? 0;
      }
    }
    return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
  });
}

function colr(init: Buffer): number[] {
  const start = init.indexOf("colrnclx") + 8;
  return [0, 2, 4].map((offset) => init.readUInt16BE(start + offset)).concat((init[start + 6] ?? 0) >> 7);
}

async function tagsOf(playlist: string): Promise<string> {
  const entries = "stream=color_range,color_space,color_transfer,color_primaries,pix_fmt";
  const args = [
    "-v",
    "error",
    "-allowed_extensions",
    "ALL",
    "-select_streams",
    "v",
    "-show_entries",
    entries,
  ];
  const { stdout } = await execute("ffprobe", [...args, "-of", "csv=p=0", playlist]);
  return stdout.trim().split("\n")[0] ?? "";
}

function expectPatches(actual: readonly Patch[], expected: readonly Patch[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((patch, index) => {
    const furthest = Math.max(
      ...patch.map((value, place) => Math.abs(value - (expected[index]?.[place] ?? 0))),
    );
    expect(furthest, `patch ${index} is ${patch.map((value) => value.toFixed(1)).join()}`).toBeLessThan(
      tolerance,
    );
  });
}

const grey = (y: number): Patch => [y, 128, 128];
const greys10 = (codes: readonly number[]) => codes.map((y): Patch => [y, 512, 512]);

const BT709 = { container: [1, 1, 1, 0], stream: "yuv420p,tv,bt709,bt709,bt709", interlaced: false };

/*
 * What is expected was computed apart from this project, from the tables and formulas of BT.2100-2, BT.2390-10 (5.4.1),
 * BT.1886 and BT.601/709/2020: signal to light, light through the curve for a white of 203 nits, light to signal.
 */
const PQ_TAGS = "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range tv";
const HLG_TAGS = "-color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc -color_range tv";
/** Of 0, 1, 10, 26, 100, 203, 400 and 1,000 nits. */
const PQ_GREYS = greys10([64, 195, 327, 397, 509, 573, 636, 723]);

describe("HDR becomes SDR, tagged as BT.709", { timeout: 120_000 }, () => {
  it("HDR10 of a thousand nits: dark and middle greys as light as they are, white paper nearly white", async () => {
    const result = await seen({ name: "pq.mkv", patches: PQ_GREYS, bits: 10, tags: PQ_TAGS });
    expect(result).toMatchObject(BT709);
    expectPatches(result.patches, [16, 39.9, 78.5, 109, 178.6, 213.8, 230.7, 235].map(grey), 1.5);
  });

  it("HDR10 that gets lighter, as its screen tells: its whites are darker, to leave room for them", async () => {
    const screen = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(40000000,50)";
    const colors = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited";
    const encoder = `-c:v libx265 -preset ultrafast -x265-params log-level=error:lossless=1:${colors}:master-display=${screen}`;
    const result = await seen({ name: "pq4000.mp4", patches: PQ_GREYS, bits: 10, tags: PQ_TAGS, encoder });
    expectPatches(result.patches, [16, 39.9, 78.5, 109, 169, 196.7, 216.2, 230.8].map(grey), 1.5);
  });

  it("HLG: the grey card, white paper at 75 %, and the lightest", async () => {
    const patches = greys10([64, 397, 502, 721, 852, 940]);
    const result = await seen({ name: "hlg.mkv", patches, bits: 10, tags: HLG_TAGS });
    expect(result).toMatchObject(BT709);
    expectPatches(result.patches, [16, 109.4, 138.9, 213.9, 233.5, 235].map(grey), 1.5);
  });

  it("HLG of fields: whole frames of the same greys", async () => {
    const encoder = "-c:v libx264 -preset ultrafast -qp 0 -flags +ilme+ildct -x264-params tff=1";
    const clip = {
      name: "hlg-fields.mp4",
      patches: greys10([64, 397, 502, 721]),
      bits: 10,
      tags: HLG_TAGS,
    } as const;
    const result = await seen({ ...clip, encoder, interlaced: true });
    expect(result).toMatchObject(BT709);
    expectPatches(result.patches, [16, 109.4, 138.9, 213.9].map(grey), 1.5);
  });

  it.each(["yuv420p10le", "yuv444p12le", "gbrp10le"])("an odd size, as %s", async (format) => {
    const encoder = `-vf crop=383:127:0:0:exact=1,scale=in_color_matrix=bt2020,format=${format} -c:v ffv1`;
    const tags = format === "gbrp10le" ? PQ_TAGS.replace("bt2020nc", "rgb") : PQ_TAGS;
    const clip = {
      name: `odd-${format}.mkv`,
      patches: PQ_GREYS.slice(0, 6),
      bits: 10,
      tags,
      encoder,
    } as const;
    await processed(await patchClip(clip), ({ renditions, source }) => {
      expect(renditions[0]).toMatchObject({ width: 380, height: 126 });
      expect(source.color).toMatchObject({ hdr: "hdr10" });
      return Promise.resolve();
    });
  });
});

/** Bars of 75 % in the matrix of BT.601: white, yellow, cyan, green, magenta, red, blue. */
const BARS_601: readonly Patch[] = [
  [180, 128, 128],
  [162, 44, 142],
  [131, 156, 44],
  [112, 72, 58],
  [84, 184, 198],
  [65, 100, 212],
  [35, 212, 114],
];

/** The same in the matrix of BT.709. */
const BARS_709: readonly Patch[] = [
  [180, 128, 128],
  [168.4, 44, 135.7],
  [145.3, 147.2, 44],
  [133.5, 63.2, 51.7],
  [62.8, 192.8, 204.3],
  [50.9, 108.8, 212],
  [27.9, 212, 120.3],
];

/** Red, green and blue of them, of 255. */
const BARS_RGB: readonly Patch[] = [
  [191, 191, 191],
  [191, 191, 0],
  [0, 191, 191],
  [0, 191, 0],
  [191, 0, 191],
  [191, 0, 0],
  [0, 0, 191],
];

describe("SDR becomes BT.709", { timeout: 120_000 }, () => {
  it("where it says that it has another matrix, and so does the poster", async () => {
    const result = await seen({ name: "601.mkv", patches: BARS_601, bits: 8, tags: "-colorspace smpte170m" });
    expect(result).toMatchObject(BT709);
    expectPatches(result.patches, BARS_709, 2.5);
    expectPatches(result.poster, BARS_RGB, 6);
  });

  it("where it says that it has other primaries, too", async () => {
    const tags = "-colorspace smpte170m -color_primaries smpte170m -color_trc smpte170m";
    const patches: readonly Patch[] = [
      [132, 124, 139],
      [138, 121, 119],
      [128, 139, 126],
      [149, 102, 143],
    ];
    const result = await seen({ name: "170m.mkv", patches, bits: 8, tags });
    expect(result).toMatchObject(BT709);
    expectPatches(
      result.colors,
      [
        [151.6, 128, 127.5],
        [129, 152.2, 127.4],
        [127.8, 128, 153.1],
        [176.8, 152.9, 101.5],
      ],
      4,
    );
  });

  it("where it has the colours of BT.2020 in ten bits, but no HDR", async () => {
    const patches: readonly Patch[] = [
      [525, 499, 557],
      [561, 480, 471],
      [507, 557, 508],
      [602, 410, 564],
    ];
    const tags = "-colorspace bt2020nc -color_primaries bt2020 -color_trc bt2020-10";
    const result = await seen({ name: "2020.mkv", patches, bits: 10, tags });
    expect(result).toMatchObject(BT709);
    expectPatches(
      result.colors,
      [
        [167, 123.8, 127],
        [108.4, 156, 124.5],
        [125.4, 127.3, 155.7],
        [194.9, 149.7, 92.1],
      ],
      4,
    );
  });

  it("where it uses the full range", async () => {
    const greys = [0, 64, 128, 255].map(grey);
    const tags = "-colorspace bt709 -color_range pc";
    const result = await seen({ name: "full.mkv", patches: greys, bits: 8, tags });
    expect(result).toMatchObject(BT709);
    // 16 + 219 of 255.
    expectPatches(result.patches, [16, 71, 125.9, 235].map(grey), 1.5);
  });

  it("where it is made of red, green and blue", async () => {
    const encoder = "-vf scale=in_color_matrix=bt709,format=gbrp -c:v ffv1";
    const result = await seen({ name: "rgb.mkv", patches: BARS_709, bits: 8, tags: "", encoder });
    expect(result).toMatchObject(BT709);
    expectPatches(result.patches, BARS_709, 2.5);
  });

  it("where it is that already: to the same numbers", async () => {
    const result = await seen({ name: "709.mkv", patches: BARS_709, bits: 8, tags: "-colorspace bt709" });
    expect(result).toMatchObject(BT709);
    expectPatches(result.patches, BARS_709, 1.5);
    expectPatches(result.poster, BARS_RGB, 6);
  });
});

describe("SDR that says nothing of its colour keeps its numbers", { timeout: 120_000 }, () => {
  it.each([
    ["standard definition, as players take it", 128, [6, 6, 6, 0]],
    ["European standard definition", 288, [5, 6, 5, 0]],
    ["high definition", 1280, [1, 1, 1, 0]],
  ])("%s", async (_name, height, container) => {
    const result = await seen({
      name: `untagged-${height}.mkv`,
      patches: BARS_601,
      bits: 8,
      tags: "",
      height,
    });
    expect(result.container).toEqual(container);
    expectPatches(result.patches, BARS_601, 1.5);
  });
});
