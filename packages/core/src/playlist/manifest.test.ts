import { XMLParser } from "fast-xml-parser";
import { parse } from "mpd-parser";
import { describe, expect, test } from "vitest";
import type { Rung } from "../ladder/ladder.ts";
import type { EncodedAudio, EncodedRendition } from "../task/contract.ts";
import type { CaptionKind } from "../captions/kind.ts";
import { buildManifest } from "./manifest.ts";

const segments = (folder: string, durations: readonly number[], sizeBytes: number) =>
  durations.map((durationSeconds, index) => ({
    key: `${folder}/0000${index}.m4s`,
    sizeBytes,
    durationSeconds,
  }));

/** 96 frames at 24000/1001 last 4.004 s. */
const rendition = (name: string, width: number, height: number, sizeBytes: number): EncodedRendition => ({
  ...{ name, width, height, codecs: "avc1.640028", frameRate: "24000/1001", frameCount: 240 },
  init: { key: `${name}/init.mp4`, sizeBytes: 800, sha256: "0".repeat(64) },
  segments: segments(name, [4.004, 4.004, 2.002], sizeBytes),
});

const audio: EncodedAudio = {
  ...{ name: "audio", codecs: "mp4a.40.2", language: "eng", title: null, channels: 2, sampleRate: 48_000 },
  purpose: "main",
  init: { key: "audio/init.mp4", sizeBytes: 700, sha256: "0".repeat(64) },
  segments: segments("audio", [4.010667, 3.989333, 2.021333], 64_000),
};
const renditions = [rendition("1080p", 1920, 1080, 1_001_001), rendition("360p", 640, 360, 100_101)];

interface Descriptor {
  readonly value: string;
}
interface AdaptationSet {
  readonly Label?: string;
  readonly Role?: Descriptor;
  readonly Accessibility?: Descriptor;
}

/** What mpd-parser has no word for. */
function setsOf(text: string): AdaptationSet[] {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" });
  const document = parser.parse(text) as { MPD: { Period: { AdaptationSet: AdaptationSet[] } } };
  return document.MPD.Period.AdaptationSet;
}

/** What a parser of other people reads. */
function read(text: string) {
  const manifest = parse(text, { manifestUri: "https://media.example/v/1/manifest.mpd" });
  return { ...manifest, audio: Object.values(manifest.mediaGroups.AUDIO.audio ?? {}) };
}

describe("another parser finds in the manifest", () => {
  const { key, text } = buildManifest(renditions, [audio]);
  const found = read(text);

  test("every rendition with its size, codecs and measured rate", () => {
    expect(key).toBe("manifest.mpd");
    expect(text).toContain(`segmentAlignment="true"`);
    // By hand, for the last segment: 1,001,001 bytes × 8 / 2.002 s are 4,000,003.996 bits a second, 100,101 are 400,003.996.
    expect(found.playlists.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({
        NAME: "1080p",
        RESOLUTION: { width: 1920, height: 1080 },
        CODECS: "avc1.640028",
        BANDWIDTH: 4_000_004,
        "FRAME-RATE": 24_000 / 1001,
      }),
      expect.objectContaining({ NAME: "360p", RESOLUTION: { width: 640, height: 360 }, BANDWIDTH: 400_004 }),
    ]);
  });

  test("every segment under its address, with its exact duration", () => {
    expect(found.playlists[0]?.segments).toMatchObject([
      { resolvedUri: "https://media.example/v/1/1080p/00000.m4s", duration: (96 * 1001) / 24_000 },
      { resolvedUri: "https://media.example/v/1/1080p/00001.m4s", duration: (96 * 1001) / 24_000 },
      { resolvedUri: "https://media.example/v/1/1080p/00002.m4s", duration: (48 * 1001) / 24_000 },
    ]);
    expect(found.duration).toBeCloseTo(10.01, 6);
  });

  test("the sound with its language, to the sample", () => {
    const [track] = found.audio;
    expect(track).toMatchObject({ language: "eng", default: true });
    // 188, 187 and 94.75 frames of 1,024 samples.
    expect(track?.playlists[0]?.segments.map(({ duration }) => Math.round(duration * 48_000))).toEqual([
      192_512, 191_488, 97_024,
    ]);
  });
});

test("every track of sound is a set of its own, with what it is for", () => {
  const track = (index: number, more: Partial<EncodedAudio>) => ({
    ...{ ...audio, name: `audio-${index}` },
    segments: segments(`audio-${index}`, [10], 1),
    ...more,
  });
  const { text } = buildManifest(renditions, [
    track(1, {}),
    track(2, { language: "de", title: 'Ton & "Bild" <b>\u0000\ufffe]]>' }),
    track(3, { purpose: "commentary" }),
    track(4, { purpose: "description" }),
    track(5, { purpose: "clarity" }),
  ]);
  const said = setsOf(text)
    .slice(1)
    .map(({ Label, Role, Accessibility }) => ({
      label: Label,
      role: Role?.value,
      purpose: Accessibility?.value,
    }));
  expect(said).toEqual([
    { label: "English", role: "main", purpose: undefined },
    { label: "Ton & 'Bild' <b> ]]>", role: "alternate", purpose: undefined },
    { label: "English (commentary)", role: "commentary", purpose: undefined },
    { label: "English (audio description)", role: "description", purpose: "1" },
    { label: "English (clear speech)", role: "enhanced-audio-intelligibility", purpose: "2" },
  ]);
  expect(
    Object.keys(parse(text, { manifestUri: "https://media.example/" }).mediaGroups.AUDIO.audio ?? {}),
  ).toHaveLength(5);
});

test("the sheets of the storyboard are told as tiles, by place and time", () => {
  const storyboard = {
    ...{ framesPerTile: 48, columns: 10, rows: 10, tileWidth: 160, tileHeight: 90 },
    sheets: [100, 50].map((tileCount, n) => ({
      key: `storyboard/00${n}.jpg`,
      sizeBytes: 100_100,
      tileCount,
    })),
  };
  const { text } = buildManifest(renditions, [audio], { storyboard });
  // 4,800 frames of 1001/24000 s last 200.2 s; 100,100 bytes in that time are 4,000 bits a second.
  expect(setsOf(text).at(-1)).toEqual({
    ...{ id: "2", contentType: "image", mimeType: "image/jpeg" },
    Representation: {
      ...{ id: "storyboard", bandwidth: "4000", width: "1600", height: "900" },
      EssentialProperty: { schemeIdUri: "http://dashif.org/guidelines/thumbnail_tile", value: "10x10" },
      SegmentTemplate: {
        ...{ timescale: "24000", duration: String(4800 * 1001), startNumber: "0" },
        media: "$RepresentationID$/$Number%03d$.jpg",
      },
    },
  });
});

test("each codec is a set of its own, for players that can play one and not the other", () => {
  const more = { ...rendition("1080p-av1", 1920, 1080, 600_000), codecs: "av01.0.08M.08" };
  const { text } = buildManifest([...renditions, more], [audio]);
  const sets = text.split("<AdaptationSet ").slice(1, 4);
  expect(
    sets.map((set) =>
      [...set.matchAll(/<Representation id="([^"]*)" codecs="([^"]*)"/g)].map((m) => m.slice(1)),
    ),
  ).toEqual([
    [
      ["1080p", "avc1.640028"],
      ["360p", "avc1.640028"],
    ],
    [["1080p-av1", "av01.0.08M.08"]],
    [["audio", "mp4a.40.2"]],
  ]);
  expect(read(text).playlists.map(({ attributes }) => attributes.CODECS)).toEqual(
    expect.arrayContaining(["avc1.640028", "av01.0.08M.08"]),
  );
});

test("every track of words is one file, with its language and what it is for", () => {
  const words = (key: string, language: string, kind: CaptionKind) => ({
    ...{ key, language, kind, title: null, sizeBytes: 1001 },
  });
  const { text } = buildManifest(renditions, [audio], {
    captions: [
      words("captions/s3.vtt", "en", "captions"),
      words("../captions/cap_1.vtt", "de", "subtitles"),
      words("captions/s4.vtt", "und", "forced"),
    ],
  });
  expect(
    setsOf(text)
      .slice(2)
      .map(({ Label, Role }) => `${Label} ${Role?.value}`),
  ).toEqual(["English (CC) caption", "Deutsch subtitle", "Subtitles 3 (forced) forced-subtitle"]);
  const found = Object.values(
    parse(text, { manifestUri: "https://media.example/v/1/manifest.mpd" }).mediaGroups.SUBTITLES.subs ?? {},
  );
  expect(found.map(({ language, playlists }) => [language, playlists[0]?.segments[0]?.resolvedUri])).toEqual([
    ["en", "https://media.example/v/1/captions/s3.vtt"],
    ["de", "https://media.example/v/captions/cap_1.vtt"],
    [expect.anything(), "https://media.example/v/1/captions/s4.vtt"],
  ]);
});

test("a video without sound has pictures alone", () => {
  const found = read(buildManifest(renditions, []).text);
  expect(found.audio).toEqual([]);
  expect(found.playlists).toHaveLength(2);
});

test("segments of one length are written once", () => {
  const long = {
    ...rendition("480p", 854, 480, 1),
    segments: segments("480p", [4.004, 4.004, 4.004, 4.004], 1),
  };
  const { text } = buildManifest([long], []);
  expect(text.match(/<S /g)).toHaveLength(1);
  expect(read(text).playlists[0]?.segments).toHaveLength(4);
});

test.each([['en"/><script>'], ["en\n"], ["und"], [""]])(
  "a language that is none (%j) is left out",
  (language) => {
    const { text } = buildManifest(renditions, [{ ...audio, language }]);
    expect(text).not.toContain("lang=");
    expect(text).not.toContain("script");
  },
);

test("segments that are not numbered are refused, with their name", () => {
  const odd = { ...rendition("480p", 854, 480, 1), segments: segments("other", [4.004], 1) };
  expect(() => buildManifest([odd], [])).toThrow(/Segment 0 of "480p" is called other\/00000\.m4s/);
});

test("HDR is a set of its own, beside SDR in the same codec, and only for players that know its colours", () => {
  const hevc = { ...rendition("1080p-hevc", 1920, 1080, 600_000), codecs: "hvc1.1.6.L120.90" };
  const rung: Rung = {
    ...{ name: "1080p-hdr", videoRange: "PQ", codec: "hevc", width: 1920, height: 1080, quality: "standard" },
    ...{ crf: 26, reason: "top", maxBitrateKbps: 4500, fixedBitrateKbps: 5000 },
    ...{ predictedBitrateKbps: null, predictedSsimDb: null },
  };
  const hdr = { ...rendition("1080p-hdr", 1920, 1080, 700_000), codecs: "hvc1.2.4.L120.90", rung };
  const { text } = buildManifest([...renditions, hevc, hdr], [audio]);
  const sets = text.split("<AdaptationSet ").slice(1, 4);
  const properties = sets.map((set) =>
    [...set.matchAll(/<EssentialProperty schemeIdUri="urn:mpeg:mpegB:cicp:(\w+)" value="(\d+)"/g)].map((m) =>
      m.slice(1),
    ),
  );
  // ISO/IEC 23091-2: BT.2020, PQ, BT.2020 without constant luminance.
  expect(properties).toEqual([
    [],
    [],
    [
      ["ColourPrimaries", "9"],
      ["TransferCharacteristics", "16"],
      ["MatrixCoefficients", "9"],
    ],
  ]);
  expect(sets[2]).toContain('<Representation id="1080p-hdr"');
});
