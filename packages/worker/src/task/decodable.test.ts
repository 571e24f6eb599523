import { expect, it } from "vitest";
import { BT709 } from "../color/plan.ts";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { Ended, Invocation } from "../ffmpeg/spawn.ts";
import { withDecodableSound } from "./decodable.ts";

const sound = (name: string, streamIndex: number) => ({
  ...{ name, streamIndex, startSeconds: 0, unknownLayout: false },
});
const PLAN: EncodePlan = {
  source: "source",
  video: {
    streamIndex: 0,
    startSeconds: 0,
    interlaced: false,
    color: { kind: "keep", range: "limited", tags: BT709 },
  },
  audio: [sound("audio", 3), sound("audio-2", 1), sound("audio-3", 2)],
  ...{
    gains: "none",
    frameRate: { num: 25, den: 1 },
    firstFrame: 0,
    frameCount: 100,
    totalFrames: 100,
    filePrefix: "",
    framesPerGroup: 50,
    framesPerSegment: 100,
  },
  captions: [],
  rungs: [],
  storyboard: { framesPerTile: 50, columns: 2, rows: 1, tileWidth: 160, tileHeight: 90 },
  thumbnail: { width: 426, height: 240 },
};

/** What decoding each stream comes to: good ones report half a second of sound. */
async function kept(endings: Readonly<Record<number, Partial<Ended> | "empty">>, plan = PLAN) {
  const run = async ({ args, onLine }: Invocation): Promise<Ended> => {
    const ending = endings[Number(args[args.indexOf("-map") + 1]?.slice(2))];
    for (const line of [`out_time_us=${ending ? 0 : 500_000}`, "progress=end"]) onLine?.(line);
    const whole = { exitCode: 0, killedBy: null, timedOut: false, outputTooLarge: false };
    return { ...whole, output: "", errors: "", ...(ending === "empty" ? {} : ending) };
  };
  const { signal } = new AbortController();
  const { audio } = await withDecodableSound(plan, {
    ...{ run, folder: "/", signal },
    onProgress: () => undefined,
  });
  return audio.map(({ name, streamIndex }) => [name, streamIndex]);
}

it.each<[string, Record<number, Partial<Ended> | "empty">, [string, number][]]>([
  ["none", {}, [["audio", 3], ["audio-2", 1], ["audio-3", 2]]], // prettier-ignore
  ["one whose decoder gives up", { 1: { exitCode: 1 } }, [["audio", 3], ["audio-2", 2]]], // prettier-ignore
  ["one that is mostly noise", { 2: { exitCode: 69 } }, [["audio", 3], ["audio-2", 1]]], // prettier-ignore
  ["the default one", { 3: "empty" }, [["audio", 1], ["audio-2", 2]]], // prettier-ignore
  ["all but the first of only bad ones", { 1: "empty", 2: "empty", 3: "empty" }, [["audio", 3]]],
])("of several tracks, %s is left out", async (_which, endings, expected) => {
  expect(await kept(endings)).toEqual(expected);
});

it("a track is not judged by a decoder that was killed", async () => {
  await expect(kept({ 1: { exitCode: null, killedBy: "SIGKILL" } })).rejects.toMatchObject({
    code: "processing_out_of_memory",
  });
});

it("a file's only track is not looked at before", async () => {
  expect(await kept({ 3: "empty" }, { ...PLAN, audio: [sound("audio", 3)] })).toEqual([["audio", 3]]);
});
