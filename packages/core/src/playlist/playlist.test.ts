import { Parser } from "m3u8-parser";
import { expect, test } from "vitest";
import type { Rung } from "../ladder/ladder.ts";
import type { EncodedAudio, EncodedRendition, Iframe } from "../task/contract.ts";
import { measureBandwidth } from "./bandwidth.ts";
import type { CaptionKind } from "../captions/kind.ts";
import { buildGrowing, buildPlaylists, endGrowing } from "./playlist.ts";

const segments = (folder: string, sizes: readonly number[], durations: readonly number[]) =>
  sizes.map((sizeBytes, index) => ({
    key: `${folder}/s${String(index).padStart(5, "0")}.m4s`,
    sizeBytes,
    durationSeconds: durations[index] ?? 4,
  }));

const rendition = (
  name: string,
  width: number,
  height: number,
  sizes: readonly number[],
): EncodedRendition => ({
  ...{ name, width, height, codecs: "avc1.640028", frameRate: "24000/1001", frameCount: 240 },
  init: { key: `${name}/init.mp4`, sizeBytes: 800, sha256: "0".repeat(64) },
  segments: segments(name, sizes, [4.004, 4.004, 2.002]),
});

const audio: EncodedAudio = {
  ...{ name: "audio-1", codecs: "mp4a.40.2", language: "eng", title: null, channels: 2, sampleRate: 48_000 },
  purpose: "main",
  init: { key: "audio-1/init.mp4", sizeBytes: 700, sha256: "0".repeat(64) },
  segments: segments("audio-1", [64_000, 64_000, 32_000], [4, 4, 2.01]),
};

const renditions = [
  rendition("1080p", 1920, 1080, [2_000_000, 1_000_000, 500_000]),
  rendition("360p", 640, 360, [200_000, 100_000, 50_000]),
];

function parse(text: string) {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

test("another parser finds every variant with what was measured of it", () => {
  const { multivariant } = buildPlaylists(renditions, [audio]);
  const { playlists, mediaGroups, independentSegments } = parse(multivariant.text);
  expect(independentSegments).toBe(true);
  expect(playlists?.map(({ uri }) => uri)).toEqual(["1080p/index.m3u8", "360p/index.m3u8"]);
  // By hand: peak 2,000,000 × 8 / 4.004 = 3,996,003.996 and 64,000 × 8 / 4 = 128,000, each rounded up, added.
  // Average: 3,500,000 × 8 / 10.01 = 2,797,202.797 and 160,000 × 8 / 10.01 = 127,872.127.
  expect(playlists?.[0]?.attributes).toMatchObject({
    BANDWIDTH: 3_996_004 + 128_000,
    "AVERAGE-BANDWIDTH": String(2_797_203 + 127_873),
    CODECS: "avc1.640028,mp4a.40.2",
    RESOLUTION: { width: 1920, height: 1080 },
    "FRAME-RATE": 23.976,
    AUDIO: "audio",
  });
  expect(mediaGroups?.AUDIO?.audio?.English).toMatchObject({
    default: true,
    autoselect: true,
    language: "eng",
    uri: "audio-1/index.m3u8",
  });
});

test("another parser finds every segment, with its map and its duration", () => {
  const { media } = buildPlaylists(renditions, [audio]);
  const manifest = parse(media[0]?.text ?? "");
  expect(manifest).toMatchObject({ endList: true, playlistType: "VOD", targetDuration: 4, version: 7 });
  expect(manifest.segments.map(({ uri, duration }) => [uri, duration])).toEqual([
    ["s00000.m4s", 4.004],
    ["s00001.m4s", 4.004],
    ["s00002.m4s", 2.002],
  ]);
  expect(manifest.segments.every(({ map }) => map?.uri === "init.mp4")).toBe(true);
});

test("another parser finds the first picture of each segment, with its bytes and what they cost", () => {
  const measured = renditions.map((entry) => ({
    ...entry,
    segments: entry.segments.map((segment, index) => ({
      ...segment,
      iframes: [[76, 10_000 * (index + 1), segment.durationSeconds] satisfies Iframe],
    })),
  }));
  const { multivariant, media } = buildPlaylists(measured, [audio]);
  const { iFramePlaylists, playlists } = parse(multivariant.text);
  expect(playlists).toHaveLength(2);
  // By hand: the third picture, 30,000 bytes in 2.002 s, is the dearest: 240,000 / 2.002 = 119,880.1, rounded up. All
  // three are 60,000 bytes in 10.01 s: 47,952.05.
  expect(iFramePlaylists.map(({ attributes, uri }) => ({ uri, ...attributes }))).toMatchObject([
    {
      ...{ uri: "1080p/iframes.m3u8", CODECS: "avc1.640028", RESOLUTION: { width: 1920, height: 1080 } },
      ...{ BANDWIDTH: 119_881, "AVERAGE-BANDWIDTH": 47_953 },
    },
    { uri: "360p/iframes.m3u8", RESOLUTION: { width: 640, height: 360 } },
  ]);
  const found = parse(media.find(({ key }) => key === "360p/iframes.m3u8")?.text ?? "");
  expect(found).toMatchObject({ endList: true, iFramesOnly: true, targetDuration: 4 });
  expect(
    found.segments.map(({ uri, duration, byterange, map }) => [uri, duration, byterange, map?.uri]),
  ).toEqual([
    ["s00000.m4s", 4.004, { offset: 76, length: 10_000 }, "init.mp4"],
    ["s00001.m4s", 4.004, { offset: 76, length: 20_000 }, "init.mp4"],
    ["s00002.m4s", 2.002, { offset: 76, length: 30_000 }, "init.mp4"],
  ]);
});

test("segments whose first picture was not measured have no playlist of pictures", () => {
  const { multivariant, media } = buildPlaylists(renditions, []);
  expect(multivariant.text).not.toContain("I-FRAME");
  expect(media).toHaveLength(2);
});

const words = (key: string, language: string, kind: CaptionKind, title: string | null = null) => ({
  ...{ key, language, kind, title, sizeBytes: 1000 },
});
const captions = [
  words("captions/s3.vtt", "en", "captions"),
  words("../captions/cap_1.vtt", "de", "subtitles", 'Für "alle"\nda'),
  words("captions/s4.vtt", "de", "forced"),
];

test("another parser finds every track of words, off until it is wanted", () => {
  const { multivariant } = buildPlaylists(renditions, [audio], captions);
  const { mediaGroups, playlists } = parse(multivariant.text);
  const found = Object.entries(mediaGroups?.SUBTITLES?.captions ?? {});
  expect(
    found.map(([name, { language, uri, forced, autoselect }]) => [name, language, uri, forced, autoselect]),
  ).toEqual([
    ["English (CC)", "en", "captions/s3.m3u8", false, true],
    ["Für 'alle' da", "de", "captions/cap_1.m3u8", false, true],
    ["Deutsch (forced)", "de", "captions/s4.m3u8", true, true],
  ]);
  expect(found.some(([, { default: first }]) => first)).toBe(false);
  expect(found[0]?.[1].characteristics).toContain("transcribes-spoken-dialog");
  expect(playlists?.map(({ attributes }) => attributes.SUBTITLES)).toEqual(["captions", "captions"]);
  // As without words, and 1,000 bytes in 10.01 s: 799.2 bits a second, rounded up.
  expect(playlists?.[0]?.attributes.BANDWIDTH).toBe(3_996_004 + 128_000 + 800);
});

test("another parser finds in the playlist of words one file, as long as the picture", () => {
  const files = buildPlaylists(renditions, [audio], captions).captions;
  expect(files.map(({ key }) => key)).toEqual([
    "captions/s3.m3u8",
    "captions/cap_1.m3u8",
    "captions/s4.m3u8",
  ]);
  const found = files.map(({ text }) => parse(text));
  expect(found.map(({ segments: [segment] }) => segment?.uri)).toEqual([
    "s3.vtt",
    "../../captions/cap_1.vtt",
    "s4.vtt",
  ]);
  for (const { segments: all, targetDuration, endList } of found) {
    expect(all.map(({ duration }) => duration)).toEqual([10.01]);
    expect({ targetDuration, endList }).toEqual({ targetDuration: 10, endList: true });
  }
});

test("no segment is longer than the target duration when both are rounded", () => {
  const long = { ...rendition("480p", 854, 480, [1, 1, 1]), segments: segments("480p", [1, 1], [4.6, 5.4]) };
  const { media } = buildPlaylists([long], []);
  expect(parse(media[0]?.text ?? "").targetDuration).toBe(5);
});

test("another parser finds every track of sound by its own name, with what it is for", () => {
  const track = (index: number, language: string, more: Partial<EncodedAudio> = {}) => ({
    ...{ ...audio, name: `audio-${index}`, language },
    ...more,
  });
  const { multivariant, media } = buildPlaylists(renditions, [
    track(1, "en"),
    track(2, "de"),
    track(3, "de"),
    track(4, "en", { title: "Director", purpose: "commentary" }),
    track(5, "en", { purpose: "description" }),
    track(6, "en", { purpose: "clarity" }),
    track(7, "und"),
  ]);
  const found = Object.entries(parse(multivariant.text).mediaGroups?.AUDIO?.audio ?? {});
  expect(
    found.map(([name, { default: first, autoselect, language, characteristics }]) => [
      ...[name, language, first, autoselect, characteristics],
    ]),
  ).toEqual([
    ["English", "en", true, true, undefined],
    ["Deutsch", "de", false, true, undefined],
    // Nothing tells a player which of the two it should choose.
    ["Deutsch (2)", "de", false, false, undefined],
    ["Director", "en", false, false, undefined],
    ["English (audio description)", "en", false, true, "public.accessibility.describes-video"],
    ["English (clear speech)", "en", false, true, "public.accessibility.enhances-speech-intelligibility"],
    ["Audio 7", undefined, false, true, undefined],
  ]);
  expect(found.map(([, { uri }]) => uri)).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((index) => `audio-${index}/index.m3u8`),
  );
  expect(media.map(({ key }) => key)).toContain("audio-7/index.m3u8");
});

test.each([
  ['", URI="https://evil.test/', "', URI='https://evil.test/"],
  ["one\r\n#EXT-X-ENDLIST\u0085\u2028two", "one #EXT-X-ENDLIST two"],
  ["\u0000\ufeff\ufffe", "English"],
])("a title that would break a playlist (%j) is only a name", (title, name) => {
  const { multivariant } = buildPlaylists(renditions, [{ ...audio, title }]);
  const found = parse(multivariant.text).mediaGroups?.AUDIO?.audio ?? {};
  expect(Object.keys(found)).toEqual([name]);
  expect(found[name]?.uri).toBe("audio-1/index.m3u8");
  // eslint-disable-next-line no-control-regex -- RFC 8216bis, 4.1: no controls but the end of a line
  expect(multivariant.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test("no two tracks have the same name, whatever the file calls them", () => {
  const titles = ["A", "A (2)", "A", "A", ""];
  const { multivariant } = buildPlaylists(
    renditions,
    titles.map((title, index) => ({ ...audio, name: `audio-${index}`, title })),
  );
  expect(Object.keys(parse(multivariant.text).mediaGroups?.AUDIO?.audio ?? {})).toHaveLength(5);
});

test("a video without sound has no audio group", () => {
  const { multivariant } = buildPlaylists(renditions, []);
  expect(multivariant.text).not.toContain("AUDIO");
  expect(parse(multivariant.text).playlists?.[0]?.attributes.CODECS).toBe("avc1.640028");
});

test.each([['en",URI="https://evil.test/'], ["en\n#EXT-X-ENDLIST"], ["und"], [""]])(
  "a language that is none (%j) does not get into the playlist",
  (language) => {
    const { multivariant } = buildPlaylists(renditions, [{ ...audio, language }]);
    expect(multivariant.text).not.toContain("LANGUAGE");
    expect(multivariant.text).not.toContain("evil");
    expect(multivariant.text.split("\n").filter((line) => line.startsWith("#EXT-X-MEDIA:"))).toHaveLength(1);
  },
);

test("a short last segment is no peak by itself", () => {
  const peaky = [
    { sizeBytes: 4000, durationSeconds: 4 },
    { sizeBytes: 4000, durationSeconds: 0.5 },
  ];
  // The last half second alone would be 64,000 bit/s; with the segment before it: 8,000 bytes in 4.5 s.
  expect(measureBandwidth(peaky, 4).peak).toBe(Math.ceil((8000 * 8) / 4.5));
});

test.each([
  ["25/1", "25.000"],
  ["30000/1001", "29.970"],
  ["24000/1001", "23.976"],
  ["60000/1001", "59.940"],
])("%s frames per second are written as %s", (exact, written) => {
  const { multivariant } = buildPlaylists([{ ...rendition("720p", 1280, 720, [1]), frameRate: exact }], []);
  expect(multivariant.text).toContain(`FRAME-RATE=${written}`);
});

test("a video that is being made has playlists that grow, and begin with the beginning", () => {
  const growth = { renditions, audio: [audio], targetSeconds: 4, limits: [9_000_000, 1] };
  const { multivariant, media } = buildGrowing(growth);
  expect(multivariant.key).toBe("growing.m3u8");
  const { playlists } = parse(multivariant.text);
  // The first may still reach its limit, the second was measured above its own: 200,000 bytes in 4.004 s and the sound.
  expect(playlists?.map(({ uri, attributes }) => [uri, attributes.BANDWIDTH])).toEqual([
    ["1080p/growing.m3u8", 9_000_000],
    ["360p/growing.m3u8", 527_601],
  ]);
  expect(media.map(({ key }) => key)).toEqual(
    ["1080p", "360p", "audio-1"].map((name) => `${name}/growing.m3u8`),
  );
  const [first] = media;
  expect(parse(first?.text ?? "")).toMatchObject({
    playlistType: "EVENT",
    targetDuration: 4,
  });
  expect(first?.text).not.toContain("#EXT-X-ENDLIST");
  expect(first?.text).toContain("#EXT-X-START:TIME-OFFSET=0");
  const [ended] = endGrowing(renditions, () => false);
  expect(ended?.key).toBe("1080p/growing.m3u8");
  expect(parse(ended?.text ?? "")).toMatchObject({ playlistType: "EVENT", endList: true });
});

test("a rendition that was begun with a segment made ahead goes on to name it to its end", () => {
  const [large, small] = endGrowing([...renditions, audio], (key) => key === "360p/head.m4s");
  const urisOf = (text = "") => parse(text).segments.map(({ uri }) => uri);
  expect(urisOf(large?.text)).toEqual(["s00000.m4s", "s00001.m4s", "s00002.m4s"]);
  expect(urisOf(small?.text)).toEqual(["head.m4s", "s00001.m4s", "s00002.m4s"]);
});

test("a rendition in another codec says so, and is none that players met while the video grew", () => {
  const more = { ...rendition("1080p-av1", 1920, 1080, [1_000_000]), codecs: "av01.0.08M.08" };
  const { multivariant } = buildPlaylists([...renditions, more], [audio]);
  expect(parse(multivariant.text).playlists?.map(({ attributes }) => attributes.CODECS)).toEqual([
    "avc1.640028,mp4a.40.2",
    "avc1.640028,mp4a.40.2",
    "av01.0.08M.08,mp4a.40.2",
  ]);
  expect(endGrowing([...renditions, more, audio], () => false).map(({ key }) => key)).toEqual([
    "1080p/growing.m3u8",
    "360p/growing.m3u8",
    "audio-1/growing.m3u8",
  ]);
});

const rungOf = (name: string, videoRange: Rung["videoRange"]): Rung => ({
  ...{
    name,
    videoRange,
    codec: "hevc",
    width: 1920,
    height: 1080,
    quality: "standard",
    crf: 26,
    reason: "top",
  },
  ...{ maxBitrateKbps: 4500, fixedBitrateKbps: 5000, predictedBitrateKbps: null, predictedSsimDb: null },
});

test("where there is HDR, every variant says what light it is for", () => {
  const iframes: Iframe[] = [[0, 100, 4.004]];
  const cut = (made: EncodedRendition): EncodedRendition => ({
    ...made,
    segments: made.segments.map((segment) => ({ ...segment, iframes })),
  });
  const hdr = {
    ...rendition("1080p-hdr", 1920, 1080, [1_000_000]),
    ...{ codecs: "hvc1.2.4.L120.90", rung: rungOf("1080p-hdr", "HLG") },
  };
  const { text } = buildPlaylists([...renditions, hdr].map(cut), [audio]).multivariant;
  const ranges = [...text.matchAll(/^#EXT-X-(I-FRAME-)?STREAM-INF:.*VIDEO-RANGE=(\w+)/gm)].map(
    (match) => match[2],
  );
  expect(ranges).toEqual(["SDR", "SDR", "HLG", "SDR", "SDR", "HLG"]);
  expect(buildPlaylists(renditions, [audio]).multivariant.text).not.toContain("VIDEO-RANGE");
  expect(endGrowing([...renditions, hdr], () => false).map(({ key }) => key)).not.toContain(
    "1080p-hdr/growing.m3u8",
  );
});

test("no variant has a player look for words in its pictures", () => {
  const { text } = buildPlaylists(renditions, [audio]).multivariant;
  const said = [...text.matchAll(/^#EXT-X-STREAM-INF:.*$/gm)].map(([line]) => line.split(",").at(-1));
  expect(said).toEqual(renditions.map(() => "CLOSED-CAPTIONS=NONE"));
});
