import type { EncodedAudio, EncodedRendition } from "@telecine/core/task/contract";
import { describe, expect, it } from "vitest";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { TaskDependencies } from "./deps.ts";
import { createGrowing } from "./growing.ts";

const RUNGS = ["720p", "240p"];
const PLAN = {
  rungs: RUNGS.map((name) => ({ name, codec: "h264", maxBitrateKbps: 400 })),
  audio: [{ name: "audio" }],
  ...{ framesPerSegment: 100, frameRate: { num: 25, den: 1 } },
} as unknown as EncodePlan;

const track = (name: string, count: number) => ({
  ...{ name, codecs: "avc1.640028", width: 1280, height: 720, frameRate: "25/1", frameCount: 1 },
  ...{ language: "und", title: null, purpose: "main" as const, channels: 2, sampleRate: 48_000 },
  init: { key: `${name}/init.mp4`, sizeBytes: 800, sha256: "0".repeat(64) },
  segments: Array.from({ length: count }, (_, index) => ({
    key: `${name}/0000${index}.m4s`,
    sizeBytes: 100_000,
    durationSeconds: 4,
  })),
});

/** So many segments of four seconds of each track. */
const available = (count: number, names = RUNGS) => ({
  renditions: names.map((name): EncodedRendition => track(name, count)),
  audio: [track("audio", count)] satisfies EncodedAudio[],
});

/** A growing with a clock that is moved by hand: what was written, and what was announced. */
function growing() {
  const clock = { ms: 0 };
  const written: { key: string; text: string }[] = [];
  const announced: string[] = [];
  const warnings: string[] = [];
  const bucket = { isBroken: false };
  const write = (key: string, body: Uint8Array) => {
    if (bucket.isBroken) return Promise.reject(new Error("The bucket is away."));
    return Promise.resolve(void written.push({ key, text: Buffer.from(body).toString() }));
  };
  const deps = {
    bucket: { write },
    reporter: { playable: (key: string) => Promise.resolve(void announced.push(key)) },
    log: { warn: (_: object, message: string) => warnings.push(message) },
    signal: new AbortController().signal,
    now: () => clock.ms,
    delaysMs: [],
  } as unknown as TaskDependencies;
  const editions = () => written.filter(({ key }) => key === "out/240p/growing.m3u8").length;
  const offers = () =>
    written
      .filter(({ key }) => key === "out/growing.m3u8")
      .map(({ text }) => text.match(/^\d+p(?=\/)/gm) ?? []);
  return {
    ...{ clock, written, announced, warnings, bucket, editions, offers },
    ...createGrowing(PLAN, "out/", deps),
  };
}

describe("a video that grows", () => {
  it("is offered with what has begun, then with all, and announced once", async () => {
    const { begin, update, offers, announced } = growing();
    await begin(available(1, ["240p"]));
    await update(available(1, ["240p"]));
    await update(available(1));
    await update(available(2));
    expect(offers()).toEqual([["240p"], ["720p", "240p"]]);
    expect(announced).toEqual(["out/growing.m3u8"]);
  });

  it("goes on with the segment that it was begun with", async () => {
    const { begin, update, written } = growing();
    const { renditions, audio } = available(1, ["240p"]);
    const own = { key: "240p/head.m4s", sizeBytes: 90_000, durationSeconds: 4 };
    await begin({ renditions: renditions.map((one) => ({ ...one, segments: [own] })), audio });
    await update(available(2));
    const editions = written.filter(({ key }) => key === "out/240p/growing.m3u8").map(({ text }) => text);
    expect(editions.map((text) => text.match(/^.+\.m4s$/gm))).toEqual([
      ["head.m4s"],
      ["head.m4s", "00001.m4s"],
    ]);
    const other = written.findLast(({ key }) => key === "out/720p/growing.m3u8");
    expect(other?.text.match(/^.+\.m4s$/gm)).toEqual(["00000.m4s", "00001.m4s"]);
  });

  it("is not offered before all of its renditions have begun, unless it is begun", async () => {
    const { update, written } = growing();
    await update(available(1, ["240p"]));
    await update({ ...available(1), audio: [] });
    expect(written).toEqual([]);
  });

  it("has as many segments in each track, so that players find their place in all of them", async () => {
    const { update, written } = growing();
    const [large, small] = [available(3, ["720p"]), available(2, ["240p"])];
    await update({ renditions: [...large.renditions, ...small.renditions], audio: available(4).audio });
    const counts = written
      .filter(({ key }) => key !== "out/growing.m3u8")
      .map(({ key, text }) => [key, text.match(/^\d+\.m4s$/gm)?.length]);
    expect(counts.toSorted()).toEqual([
      ["out/240p/growing.m3u8", 2],
      ["out/720p/growing.m3u8", 2],
      ["out/audio/growing.m3u8", 2],
    ]);
  });

  it("gets an edition for each segment while somebody who plays since the beginning is near its end", async () => {
    const { update, clock, editions } = growing();
    for (let count = 1; count <= 5; count++) {
      await update(available(count));
      // Nothing new, and more of the sound alone.
      await update(available(count));
      await update({ ...available(count), audio: available(count + 1).audio });
      clock.ms += 4_000;
    }
    expect(editions()).toBe(5);
  });

  it("gets one every eight seconds once it is far ahead", async () => {
    const { update, clock, editions } = growing();
    await update(available(9));
    expect(editions()).toBe(1);
    // A segment every second, for sixteen seconds.
    for (let count = 10; count <= 25; count++) {
      clock.ms += 1_000;
      await update(available(count));
    }
    expect(editions()).toBe(3);
  });

  it("is tried again after eight seconds when it could not be written, and the encode goes on", async () => {
    const { update, clock, bucket, warnings, editions, announced } = growing();
    bucket.isBroken = true;
    await update(available(1));
    bucket.isBroken = false;
    clock.ms += 7_999;
    await update(available(2));
    expect(editions()).toBe(0);
    clock.ms += 1;
    await update(available(2));
    expect(warnings).toEqual(["what there is cannot be played yet"]);
    expect(editions()).toBe(1);
    expect(announced).toEqual(["out/growing.m3u8"]);
  });
});
