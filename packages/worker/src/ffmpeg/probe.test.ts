import { describe, expect, it } from "vitest";
import { NO_FRAMES } from "./first-frames.ts";
import {
  displaySize,
  isInterlaced,
  moving,
  parseProbe,
  pictureOf,
  type ProbeStream,
  rotationOf,
  soundsOf,
  statedRates,
  wordsOf,
} from "./probe.ts";

/** As ffprobe 5.1.9 wrote it for a phone's video that was turned, shortened. */
const CAPTURED = `{
  "programs": [],
  "streams": [
    {
      "index": 0, "codec_name": "h264", "profile": "Constrained Baseline", "codec_type": "video",
      "width": 640, "height": 360, "sample_aspect_ratio": "1:1", "pix_fmt": "yuv420p", "field_order": "progressive",
      "r_frame_rate": "25/1", "avg_frame_rate": "25/1", "duration": "4.000000", "bit_rate": "1791906",
      "disposition": { "default": 1, "attached_pic": 0 }, "tags": { "language": "und" },
      "side_data_list": [{ "rotation": -90 }]
    },
    {
      "index": 1, "codec_name": "aac", "profile": "LC", "codec_type": "audio",
      "sample_fmt": "fltp", "sample_rate": "44100", "channels": 1,
      "r_frame_rate": "0/0", "avg_frame_rate": "0/0", "duration": "4.000000", "bit_rate": "69432",
      "disposition": { "default": 1, "attached_pic": 0 }, "tags": { "language": "und" }
    }
  ],
  "format": {
    "format_name": "mov,mp4,m4a,3gp,3g2,mj2", "start_time": "0.000000", "duration": "4.000000",
    "size": "934845", "bit_rate": "1869690", "tags": { "major_brand": "isom" }
  }
}`;

type Fields = Readonly<Record<string, unknown>>;

function stream(fields: Fields): ProbeStream {
  const [first] = probeOf(fields).streams;
  if (!first) throw new Error("one stream was given");
  return first;
}

function probeOf(...streams: Fields[]) {
  const complete = streams.map((fields, index) => ({ index, ...fields }));
  return parseProbe(JSON.stringify({ streams: complete, format: { format_name: "matroska,webm" } }));
}

const VIDEO = { codec_type: "video", pix_fmt: "yuv420p", width: 640, height: 360 };
const AUDIO = { codec_type: "audio", sample_fmt: "fltp", sample_rate: "48000", channels: 2 };

describe("what ffprobe writes", () => {
  it("is read with its numbers and rates", () => {
    const probe = parseProbe(CAPTURED);
    expect(probe.format).toMatchObject({
      format_name: "mov,mp4,m4a,3gp,3g2,mj2",
      duration: 4,
      bit_rate: 1869690,
    });
    expect(pictureOf(probe)).toMatchObject({ index: 0, width: 640, avg_frame_rate: { num: 25, den: 1 } });
    expect(soundsOf(probe)[0]).toMatchObject({
      index: 1,
      sample_rate: 44100,
      channels: 1,
      avg_frame_rate: undefined,
    });
  });

  it("may leave everything out, or not know it", () => {
    for (const { width, duration, bit_rate } of [
      stream({}),
      stream({ width: 0, duration: "N/A", bit_rate: "N/A" }),
    ]) {
      expect([width, duration, bit_rate]).toEqual([undefined, undefined, undefined]);
    }
    expect(stream({})).toMatchObject({ tags: {}, side_data_list: [] });
  });

  it("is refused when it is something else", () => {
    expect(() => parseProbe("")).toThrow(SyntaxError);
    expect(() => parseProbe("{}")).toThrow(/format/);
  });
});

describe("the picture", () => {
  it("is not a cover image", () => {
    const cover = { ...VIDEO, disposition: { attached_pic: 1 } };
    expect(pictureOf(probeOf(cover))).toBeUndefined();
    expect(moving(probeOf(cover))).toEqual([]);
  });

  it("is the default one of those that can be decoded", () => {
    const unknown = { ...VIDEO, pix_fmt: "unknown", disposition: { default: 1 } };
    expect(pictureOf(probeOf(unknown, VIDEO, { ...VIDEO, disposition: { default: 1 } }))?.index).toBe(2);
    expect(pictureOf(probeOf(unknown, VIDEO))?.index).toBe(1);
    expect(pictureOf(probeOf(unknown))).toBeUndefined();
  });
});

describe("the sound", () => {
  it("is every track that can be decoded, the default one first", () => {
    const undecodable = { codec_type: "audio", codec_name: "ac4", disposition: { default: 1 } };
    const tracks = (...streams: Parameters<typeof probeOf>) =>
      soundsOf(probeOf(...streams)).map(({ index }) => index);
    const chosen = { ...AUDIO, disposition: { default: 1 } };
    expect(tracks(undecodable, AUDIO, VIDEO, chosen, AUDIO)).toEqual([3, 1, 4]);
    expect(tracks(undecodable, AUDIO, AUDIO)).toEqual([1, 2]);
    expect(tracks(undecodable, VIDEO)).toEqual([]);
  });
});

it("words are the tracks that are text, in the order of the file", () => {
  const words = (codec_name: string) => ({ codec_type: "subtitle", codec_name });
  const probe = probeOf(
    words("hdmv_pgs_subtitle"),
    words("subrip"),
    VIDEO,
    words("dvd_subtitle"),
    words("mov_text"),
  );
  expect(wordsOf(probe).map(({ index }) => index)).toEqual([1, 4]);
});

describe("how a picture is displayed", () => {
  const turned = (rotation: number) =>
    stream({ ...VIDEO, side_data_list: [{ side_data_type: "Display Matrix", rotation }] });

  it.each([
    [0, 0, 640, 360],
    [-90, 90, 360, 640],
    [90, 270, 360, 640],
    [180, 180, 640, 360],
    [-180, 180, 640, 360],
    [-89.99, 90, 360, 640],
    [-45, 0, 640, 360],
  ])("a matrix of %d degrees turns it %d clockwise", (rotation, clockwise, width, height) => {
    expect(rotationOf(turned(rotation))).toBe(clockwise);
    expect(displaySize(turned(rotation))).toEqual({ width, height });
  });

  it("pixels that are not square are made so, before it is turned", () => {
    const wide = { ...VIDEO, width: 720, height: 576, sample_aspect_ratio: "64:45" };
    expect(displaySize(stream(wide))).toEqual({ width: 1024, height: 576 });
    expect(displaySize(stream({ ...wide, side_data_list: [{ rotation: -90 }] }))).toEqual({
      width: 576,
      height: 1024,
    });
    expect(displaySize(stream({ ...VIDEO, sample_aspect_ratio: "0:1" }))).toEqual({
      width: 640,
      height: 360,
    });
  });

  it.each([
    ["tt", true],
    ["bb", true],
    ["tb", true],
    ["bt", true],
    ["progressive", false],
    ["unknown", false],
    [undefined, false],
  ])("field order %s: interlaced is %s", (field_order, expected) => {
    expect(isInterlaced(stream({ ...VIDEO, field_order }), NO_FRAMES)).toBe(expected);
  });

  it("frames that are made of fields are interlaced, whatever the container says of their order", () => {
    const first = { ...NO_FRAMES, fieldOrder: "top" } as const;
    expect(isInterlaced(stream({ ...VIDEO, field_order: "progressive" }), first)).toBe(true);
  });

  it("the rates it states are those that are rates", () => {
    expect(statedRates(stream({ ...VIDEO, r_frame_rate: "90000/1", avg_frame_rate: "0/0" }))).toEqual([
      { num: 90000, den: 1 },
    ]);
  });
});
