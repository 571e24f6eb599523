import { SourceInfo } from "@telecine/core/task/contract";
import { describe, expect, it } from "vitest";
import { NO_FRAMES } from "../ffmpeg/first-frames.ts";
import { parseProbe, pictureOf, soundsOf } from "../ffmpeg/probe.ts";
import { describeColor } from "./color.ts";
import { describeSound, describeSource, languageOf } from "./describe.ts";

const STREAMS = [
  {
    index: 0,
    codec_type: "video",
    codec_name: "hevc",
    pix_fmt: "yuv420p10le",
    width: 1920,
    height: 1080,
    sample_aspect_ratio: "1:1",
    avg_frame_rate: "30000/1001",
  },
  {
    index: 1,
    codec_type: "audio",
    codec_name: "aac",
    sample_fmt: "fltp",
    sample_rate: "48000",
    channels: 6,
    channel_layout: "5.1",
    tags: { language: "ger", title: "Kommentar" },
    disposition: { default: 1, forced: 0, hearing_impaired: 0 },
  },
  {
    index: 2,
    codec_type: "video",
    codec_name: "png",
    pix_fmt: "rgb24",
    width: 64,
    height: 64,
    disposition: { attached_pic: 1 },
  },
  {
    index: 3,
    codec_type: "subtitle",
    codec_name: "mov_text",
    disposition: { default: 0, forced: 1, hearing_impaired: 1 },
  },
  { index: 4, codec_type: "data" },
  { index: 5 },
];

function describeStreams(tags: Record<string, string> = {}, chapters: object[] = []) {
  const format = { format_name: "mov,mp4", tags };
  const probe = parseProbe(JSON.stringify({ streams: STREAMS, chapters, format }));
  const picture = pictureOf(probe);
  if (!picture) throw new Error("a picture was given");
  return describeSource({
    probe,
    picture,
    first: NO_FRAMES,
    color: describeColor(picture, NO_FRAMES),
    sound: soundsOf(probe)[0],
    sizeBytes: 1_000_000,
    durationSeconds: 8,
    frameRate: { rate: { num: 30000, den: 1001 }, constant: true },
  });
}

describe("the description of a source", () => {
  it("keeps the contract, and tells all streams by kind", () => {
    const info = SourceInfo.parse(describeStreams());
    expect(info.tracks.map(({ kind }) => kind)).toEqual([
      "video",
      "audio",
      "attachment",
      "subtitle",
      "data",
      "data",
    ]);
    expect(info).toMatchObject({
      width: 1920,
      height: 1080,
      frameRate: "30000/1001",
      constantFrameRate: true,
      interlaced: false,
      videoCodec: "hevc",
      audioCodec: "aac",
    });
    expect(info.tracks[1]).toMatchObject({
      channels: 6,
      sampleRate: 48000,
      channelLayout: "5.1",
      language: "ger",
      title: "Kommentar",
      isDefault: true,
      isForced: false,
      frameRate: null,
    });
    expect(info.tracks[0]).toMatchObject({ sampleAspectRatio: "1:1", isDefault: false, title: null });
    expect(info.tracks[3]).toMatchObject({ isForced: true, isHearingImpaired: true });
  });

  it("reckons the bitrate that a container does not state", () => {
    expect(describeStreams().bitrate).toBe(1_000_000);
  });

  it("cuts what a hostile file has put into it", () => {
    const tags = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`${index}`.padEnd(1000, "k"), "v".repeat(1000)]),
    );
    const entries = Object.entries(describeStreams(tags).tags);
    expect(entries).toHaveLength(64);
    expect(entries.every(([key, value]) => key.length === 256 && value.length === 256)).toBe(true);
  });

  it("tells chapters, but not more of them and no longer titles than a database should hold", () => {
    const chapter = { start_time: "0.000000", end_time: "1.500000", tags: { title: "One\n<b>" } };
    expect(describeStreams({}, [chapter, { id: 7 }]).chapters).toEqual([
      { startSeconds: 0, endSeconds: 1.5, title: "One <b>" },
    ]);
    const many = Array.from({ length: 5000 }, () => ({ ...chapter, tags: { title: "t".repeat(1000) } }));
    const { chapters } = describeStreams({}, many);
    expect(chapters).toHaveLength(256);
    expect(chapters[255]?.title).toHaveLength(256);
  });

  it("holds no character that PostgreSQL refuses: no zero byte, and no half of a surrogate pair", () => {
    const text = JSON.stringify(describeStreams({ ["k\u0000"]: "😀".repeat(300), b: "\ud83d" }, []).tags);
    expect(text).not.toMatch(/\\u0000|\\ud83d/);
    expect(text).toContain("😀😀");
  });
});

it.each([
  ["eng", "en"],
  ["ger", "de"],
  ["deu", "de"],
  ["jpn", "ja"],
  ["tlh", "tlh"],
  ["pt-BR", "pt-BR"],
  ["zh-hant-tw", "zh-Hant-TW"],
  ["en-a", "und"],
  ["und", "und"],
  ["english", "und"],
  ["<b>", "und"],
  [undefined, "und"],
])("language %s is %s to a playlist", (language, expected) => {
  const probe = parseProbe(
    JSON.stringify({ streams: [{ index: 0, tags: { language } }], format: { format_name: "mov" } }),
  );
  expect(probe.streams.map(languageOf)).toEqual([expected]);
});

describe("a track of sound", () => {
  const describe = (stream: object) => {
    const [track] = parseProbe(
      JSON.stringify({ streams: [{ index: 0, ...stream }], format: { format_name: "mov" } }),
    ).streams;
    return describeSound(track);
  };

  it.each([
    [{ visual_impaired: 1, comment: 1 }, "description"],
    [{ hearing_impaired: 1 }, "clarity"],
    [{ comment: 1 }, "commentary"],
    [{ default: 1 }, "main"],
  ])("with the flags %j is for %s", (disposition, purpose) => {
    expect(describe({ disposition })).toEqual({ language: "und", title: null, purpose });
  });

  it("has the title that the file gives it, in one line that is not too long", () => {
    expect(describe({ tags: { title: " Director\u0000\n  speaks\u202e " } }).title).toBe("Director speaks");
    expect(describe({ tags: { title: "x".repeat(500) } }).title).toHaveLength(64);
    expect(describe({ tags: { title: "\u200b\n" } }).title).toBeNull();
  });
});
