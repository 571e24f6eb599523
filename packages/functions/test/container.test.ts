import { mkdtemp, open, readFile as readBytes, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { encodedPictures, timingOf } from "@telecine/core/media/measure";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { createRunTool } from "../../worker/src/ffmpeg/spawn.ts";
import { findTools } from "../../worker/src/ffmpeg/tools.ts";
import { inspectSource } from "../../worker/src/source/inspect.ts";
import { ladderSourceOf } from "../../worker/src/task/ladder.ts";
import { bytes, clip, type ClipName, copied, cut, RECIPES, rotated } from "../../worker/test/clips.ts";
import { readFile } from "./files.ts";

const LONG = { timeout: 180_000 };

/** What the worker measures of a file with ffprobe, or the code that it refuses it with. */
async function measured(path: string) {
  const { size } = await stat(path);
  const deps = { run: createRunTool(findTools()), folder: "/", signal: new AbortController().signal };
  try {
    const inspection = await inspectSource({ path, sizeBytes: size }, deps);
    const { peakBitrateKbps } = ladderSourceOf(inspection);
    return {
      timing: timingOf(encodedPictures(inspection)),
      info: inspection.info,
      peakBitrateKbps,
      code: null,
    };
  } catch (error) {
    return { timing: null, info: null, peakBitrateKbps: null, code: (error as { code?: string }).code };
  }
}

/** Compares, and says whether the headers told the timing. */
async function compare(path: string): Promise<"told" | "refused" | "left"> {
  const [{ facts }, { timing, info, peakBitrateKbps, code }] = await Promise.all([
    readFile(path),
    measured(path),
  ]);
  if (facts?.refusal) {
    expect(facts.refusal).toBe(code);
    return "refused";
  }
  const { picture, film } = facts ?? {};
  if (picture && info) {
    expect([picture.width, picture.height]).toEqual([info.width, info.height]);
    expect([picture.codec, null]).toContain(picture.codec === null ? null : info.videoCodec);
  }
  if (!film) return "left";
  // ffprobe writes microseconds.
  expect({ ...film.timing, startSeconds: 0 }).toEqual({ ...timing, startSeconds: 0 });
  expect(Math.abs(film.timing.startSeconds - (timing?.startSeconds ?? NaN))).toBeLessThan(2e-6);
  // The same pictures weigh the same, but for one that begins within a microsecond of a whole second.
  expect((film.peakBitrateKbps ?? 0) / (peakBitrateKbps ?? NaN)).toBeCloseTo(1, 1);
  return "told";
}

const names = Object.keys(RECIPES) as ClipName[];
const isIndexed = (name: string) => /\.(mp4|mov)$/.test(name);

/** Those whose index leaves something in doubt, which the task then measures. */
const IN_DOUBT = new Set<string>(["uneven.mp4", "fragmented.mp4"]);

describe("what the headers tell of a file is what the worker measures with ffprobe", LONG, () => {
  it.each(names.filter(isIndexed))("%s", async (name) => {
    expect(await compare(await clip(name))).toBe(IN_DOUBT.has(name) ? "left" : "told");
  });

  it.each(names.filter((name) => !isIndexed(name) && !name.includes("many-streams")))(
    "%s, which has no index of all its pictures",
    async (name) => {
      expect(["left", "refused"]).toContain(await compare(await clip(name)));
    },
  );

  it.each([90, 180, 270] as const)("turned by %d degrees", async (degrees) => {
    expect(await compare(await rotated(degrees))).toBe("told");
  });

  const REORDERED = "phone.mp4";
  it.each<[string, string, "told" | "left"]>([
    ["whose beginning an edit list leaves out", "-ss 1.3 -i CLIP -c copy", "told"],
    ["whose beginning and end were cut", "-ss 0.77 -i CLIP -t 1.9 -c copy", "told"],
    ["whose picture begins late", "-itsoffset 0.7 -i CLIP -c copy", "told"],
    ["without an edit list", "-i CLIP -c copy -use_editlist 0", "told"],
    ["by another clock", "-i CLIP -c copy -video_track_timescale 90000", "told"],
    ["with its index first", "-i CLIP -c copy -movflags +faststart", "told"],
    ["with two pictures", "-i CLIP -map 0:v -map 0:v -c copy", "left"],
  ])("a file with reordered pictures %s", async (name, recipe, expected) => {
    expect(await compare(await copied(`${name}.mp4`, REORDERED, recipe))).toBe(expected);
  });

  it("its keyframes are those of the file, on its clock", async () => {
    // Groups of 50 pictures at 25 a second, seen from 0.7 seconds on.
    const path = await copied("late groups.mp4", "groups.ts", "-itsoffset 0.7 -i CLIP -an -c copy");
    const { facts } = await readFile(path);
    const start = facts?.film?.timing.startSeconds ?? NaN;
    expect([...(facts?.film?.keyframes ?? [])].map((time) => Math.round((time - start) * 1000))).toEqual([
      0, 2000, 4000,
    ]);
  });
});

it(
  "the bundle of the function is the program of its readers, and runs nothing else as such",
  LONG,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "telecine-bundle-"));
    try {
      const outfile = join(folder, "bundle.mjs");
      // As SST builds it (packages/local/src/emulator/function/build.ts).
      await build({
        ...{ entryPoints: [fileURLToPath(new URL("../src/workflow/inspect.ts", import.meta.url))], outfile },
        ...{
          bundle: true,
          platform: "node",
          format: "esm",
          target: "esnext",
          mainFields: ["module", "main"],
        },
        banner: {
          js: `import { createRequire } from "module"; const require = createRequire(import.meta.url);`,
        },
      });
      const { facts, troubles } = await readFile(await clip("film.mp4"), { program: pathToFileURL(outfile) });
      expect(troubles).toEqual([]);
      expect(facts?.film?.timing).toEqual({ startSeconds: 0, frameRate: "24000/1001", frameCount: 216 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

describe("a file that is not whole", LONG, () => {
  it.each<[string, ClipName, number]>([
    ["without its index", "index-last.mp4", 0.6],
    ["with less than half of its pictures", "wide.mp4", 0.4],
  ])("%s is refused as the worker would", async (_name, name, share) => {
    expect(await compare(await cut(name, share))).toBe("refused");
  });

  it("but nearly is left to the worker, which measures what is there", async () => {
    expect(await compare(await cut("wide.mp4", 0.97))).toBe("left");
  });
});

describe("headers are read with few requests", LONG, () => {
  it.each<[ClipName, number]>([
    ["wide.mp4", 2],
    ["index-last.mp4", 3],
    ["matroska.mkv", 3],
    ["no-length.webm", 3],
    ["transport.ts", 4],
  ])("%s: at most %d", async (name, requests) => {
    const reading = await readFile(await clip(name));
    expect(reading.facts).not.toBeNull();
    expect(reading.requests).toBeLessThanOrEqual(requests);
  });

  it("however long the video is: nothing of it but the index", async () => {
    const folder = await mkdtemp(join(tmpdir(), "telecine-container-"));
    try {
      const reading = await readFile(await padded("index-last.mp4", 30e9, folder));
      expect(reading.facts?.film?.timing.frameCount).toBe(150);
      expect(reading.bytes).toBeLessThan(2 * 1024 * 1024);
      expect(reading.requests).toBeLessThanOrEqual(4);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** A clip with a large box of nothing before its index: a file with a hole. */
async function padded(name: ClipName, holeBytes: number, folder: string): Promise<string> {
  const source = await readBytes(await clip(name));
  const at = source.indexOf("moov", 0, "latin1") - 4;
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1, 0);
  header.write("free", 4, "latin1");
  header.writeBigUInt64BE(BigInt(holeBytes), 8);
  const path = join(folder, name);
  const file = await open(path, "w");
  await file.write(source.subarray(0, at), 0, at, 0);
  await file.write(header, 0, header.length, at);
  await file.write(source.subarray(at), 0, source.length - at, at + holeBytes);
  await file.close();
  return path;
}

const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, body]);
};
const words = (...values: number[]) =>
  Buffer.concat(
    values.map((value) => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(value);
      return word;
    }),
  );
const FTYP = box("ftyp", Buffer.from("isom"), words(512), Buffer.from("isomiso2avc1mp41"));
const MILLIONS = 4_000_000_000;

describe("a file that is made to hurt its reader is only not read", LONG, () => {
  it.each<[string, () => Buffer]>([
    ["billions of samples of one size", () => movieWith(box("stsz", words(0, 1, MILLIONS)))],
    ["billions of times in one run", () => movieWith(box("stts", words(0, 1, MILLIONS, 1)))],
    ["a table that claims more entries than it has", () => movieWith(box("stts", words(0, MILLIONS, 1, 1)))],
    ["boxes in boxes, a hundred thousand deep", () => nested(100_000)],
    ["an index larger than the file", () => Buffer.concat([FTYP, words(MILLIONS), Buffer.from("moov")])],
    ["boxes without a size", () => Buffer.concat([FTYP, words(0), Buffer.from("free"), words(0, 0)])],
    [
      "twenty thousand boxes",
      () => Buffer.concat([FTYP, ...Array.from({ length: 20_000 }, () => box("free"))]),
    ],
    ["Matroska with an endless element", () => Buffer.from("1a45dfa3ffffffffffffffff", "hex")],
    [
      "a Matroska header and noise",
      () => Buffer.concat([Buffer.from("1a45dfa3934282886d6174726f736b61", "hex"), noise(200_000)]),
    ],
    ["packets of a transport stream that hold nothing", () => packets(20_000)],
  ])("%s", async (name, make) => {
    const { facts } = await readFile(await bytes(`hostile-${name}`, make()));
    expect(facts?.film ?? null).toBeNull();
    expect(facts?.refusal ?? null).toBeNull();
  });

  it("however its bytes are changed", async () => {
    const source = await readBytes(await clip("phone.mp4"));
    const index = source.indexOf("moov", 0, "latin1");
    for (let seed = 1; seed <= 10; seed += 1) {
      const changed = Buffer.from(source);
      for (let place = 0; place < 8; place += 1)
        changed[index + ((seed * 7919 + place * 104_729) % (source.length - index))] =
          (seed * 37 + place * 91) % 256;
      const { facts } = await readFile(await bytes(`changed-${seed}.mp4`, changed));
      const told = facts?.film?.timing.frameCount ?? 0;
      expect(told).toBeLessThanOrEqual(4 * 3600 * 240);
    }
  });

  it("which takes too long is given up, and says so", async () => {
    const { facts, troubles } = await readFile(await clip("wide.mp4"), { timeoutMs: 1 });
    expect(facts).toBeNull();
    expect(troubles).toEqual(["The headers were not read in 1 ms."]);
  });
});

/** A movie of one track, whose table of samples holds what is given. */
function movieWith(...tables: Buffer[]): Buffer {
  const mvhd = box("mvhd", words(0, 0, 0, 1000, 10_000, 0x10000, 0x1000000), Buffer.alloc(72));
  const tkhd = box("tkhd", words(3, 0, 0, 1, 0, 10_000), Buffer.alloc(60));
  const mdhd = box("mdhd", words(0, 0, 0, 1000, 10_000, 0x55c40000));
  const hdlr = box("hdlr", words(0, 0), Buffer.from("vide"), words(0, 0, 0), Buffer.from("v\0"));
  const stbl = box("stbl", box("stsd", words(0, 0)), ...tables);
  const trak = box("trak", tkhd, box("mdia", mdhd, hdlr, box("minf", stbl)));
  return Buffer.concat([FTYP, box("moov", mvhd, trak), box("mdat", Buffer.alloc(100))]);
}

function nested(depth: number): Buffer {
  const headers = Array.from({ length: depth }, (_, index) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE((depth - index) * 8, 0);
    header.write(index === 0 ? "moov" : "trak", 4, "latin1");
    return header;
  });
  return Buffer.concat([FTYP, ...headers]);
}

function noise(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => (index * index * 31 + index * 7) % 256));
}

function packets(count: number): Buffer {
  const packet = Buffer.alloc(188, 0xff);
  packet.set([0x47, 0x1f, 0xff, 0x10]);
  return Buffer.concat(Array.from({ length: count }, () => packet));
}
