import { describe, expect, it } from "vitest";
import { BT709, type ColorPlan } from "../color/plan.ts";
import { decodePictureArgs, decodeTrackArgs, encodeArgs, headArgs } from "./args.ts";
import type { Rung } from "@telecine/core/ladder/ladder";
import { checkArgs } from "./check-args.ts";
import type { EncodePlan, SoundPlan } from "./plan.ts";
import { firstFramesArgs, packetArgs, probeArgs } from "./read-args.ts";
import { landingArgs } from "./seek.ts";
import { decodeSoundArgs, mixLoudnessArgs } from "./sound.ts";
import { framesIn, ssimsIn, trialArgs } from "./trial-args.ts";

const list = (text: string) => text.split(/\s+/).filter(Boolean);

const HARDENED = list(`-protocol_whitelist file
  -format_whitelist mov,matroska,mpegts,mpeg,avi,flv,ogg,asf,mxf,wav,mp3,aac,flac
  -max_pixels 40000000 -max_streams 64 -probesize 10M -analyzeduration 10M`);

const SOUND: SoundPlan = { name: "audio", streamIndex: 2, startSeconds: 0.5, unknownLayout: false };

function rungOf(rung: Pick<Rung, "name" | "width" | "height" | "maxBitrateKbps"> & Partial<Rung>): Rung {
  return {
    ...{
      codec: "h264",
      videoRange: "SDR",
      quality: "standard",
      crf: 23,
      reason: "step",
      fixedBitrateKbps: 1,
    },
    ...{ predictedBitrateKbps: null, predictedSsimDb: null, ...rung },
  };
}

const PLAN: EncodePlan = {
  source: "/work/a b/source",
  video: {
    streamIndex: 0,
    startSeconds: 0.023,
    interlaced: false,
    color: { kind: "keep", range: "limited", tags: BT709 },
  },
  audio: [SOUND],
  captions: [],
  gains: "none",
  frameRate: { num: 30000, den: 1001 },
  firstFrame: 0,
  frameCount: 300,
  totalFrames: 300,
  filePrefix: "",
  framesPerGroup: 60,
  framesPerSegment: 120,
  rungs: [
    rungOf({ name: "360p", width: 640, height: 360, maxBitrateKbps: 800 }),
    rungOf({ name: "240p", width: 426, height: 240, maxBitrateKbps: 400 }),
  ],
  storyboard: { framesPerTile: 60, columns: 5, rows: 1, tileWidth: 160, tileHeight: 90 },
  thumbnail: { width: 640, height: 360 },
};

describe("an encode", () => {
  it("is this command", () => {
    const packaging = (
      name: string,
    ) => `-map_metadata -1 -map_chapters -1 -bitexact -avoid_negative_ts disabled
      -f hls -hls_segment_type fmp4 -hls_playlist_type vod -hls_time 2.002000 -hls_fmp4_init_filename init.mp4
      -hls_segment_filename out/${name}/f%05d.m4s out/${name}/index.m3u8`;
    const rung = (
      index: number,
      name: string,
      max: string,
      buffer: string,
    ) => `-map [v${index}] -fps_mode passthrough
      -c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate ${max} -bufsize ${buffer}
      -g 60 -keyint_min 60 -sc_threshold 0 -threads 3 ${packaging(name)}`;
    const best =
      "setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,split=3[v0][thumbs][from0];[from0]zscale=width=426:height=240:filter=bicubic:param_a=0:param_b=0.6,setsar=1,split=3[v1][looks][from1]";
    const thumbnails =
      "[thumbs]select=not(mod(n+0\\,60)),scale=640:360:flags=bicubic:out_range=pc:out_color_matrix=bt601,format=yuvj420p[thumbnails]";
    const cuts = "scdet,metadata=mode=print:key=lavfi.scd.time:file=scenes.txt";
    const looks =
      "[looks]select=not(mod(n\\,60)),signalstats,blurdetect,metadata=mode=print:file=looks.txt,nullsink";
    const board = `[from1]${cuts},select=not(mod(n+0\\,60)),scale=160:90:flags=bicubic:out_range=pc:out_color_matrix=bt601,format=yuvj420p,tile=5x1,tpad=start=1[board]`;
    const loudness = "ebur128=metadata=1:peak=true,ametadata=mode=print:file=loudness.txt";
    const sound = `aresample=48000:async=1:first_pts=0,adelay=delays=22896S:all=1,${loudness},aresample,aformat=channel_layouts=stereo,apad`;
    expect(encodeArgs(PLAN)).toEqual([
      ...list(
        "-hide_banner -nostdin -nostats -v warning -progress pipe:1 -stats_period 0.25 -max_alloc 536870912",
      ),
      ...HARDENED,
      ...list("-copyts -reinit_filter:v 0 -i"),
      "file:/work/a b/source",
      "-filter_complex",
      `[0:0]setpts=PTS-round(0.023/TB),fps=fps=30000/1001:start_time=0:eof_action=pass,trim=start_frame=0:end_frame=300,scale=640:360:flags=bicubic,${best};${thumbnails};${looks};${board}`,
      ...list(rung(0, "360p", "800k", "1600k")),
      ...list(rung(1, "240p", "400k", "800k")),
      // 300 frames last 10.01 s: 480,480 samples.
      ...list(`-map 0:2 -af asetpts=PTS-round(0.5/TB),${sound},atrim=end_sample=480480`),
      ...list(`-c:a aac -b:a 128k ${packaging("audio")}`),
      ...list(`-map [board] -fps_mode passthrough -c:v mjpeg -q:v 5 -map_metadata -1 -bitexact
        -f image2 -start_number 0 out/storyboard/%03d.jpg`),
      ...list(`-map [thumbnails] -fps_mode passthrough -c:v mjpeg -q:v 4 -map_metadata -1 -bitexact
        -f image2 -start_number 0 out/thumbnails/%05d.jpg`),
    ]);
  });

  it("takes the first two of channels that nobody can name, before anything is mixed", () => {
    const audio = [{ ...SOUND, unknownLayout: true }];
    expect(encodeArgs({ ...PLAN, audio })).toContainEqual(
      expect.stringContaining("/TB),pan=stereo|c0=c0|c1=c1,aresample="),
    );
  });

  it.each([
    [false, "volume=-4.50dB"],
    [
      true,
      "volume=-4.50dB,aresample=192000,alimiter=limit=0.8:attack=5:release=50:level=0:latency=1,aresample=48000",
    ],
  ])("changes how loud it is once it is mixed; with high peaks held down: %s", (limited, filters) => {
    const audio = [{ ...SOUND, gain: { decibels: -4.5, limited } }];
    expect(encodeArgs({ ...PLAN, audio })).toContainEqual(
      expect.stringContaining(`aformat=channel_layouts=stereo,${filters},apad,`),
    );
  });

  it("gives each further track of sound an output of its own", () => {
    const second = { name: "audio-2", streamIndex: 4, startSeconds: 0.023, unknownLayout: false };
    const args = encodeArgs({ ...PLAN, audio: [SOUND, second] });
    const from = args.indexOf("0:4");
    expect(args.slice(from - 1, from + 3)).toEqual([
      "-map",
      "0:4",
      "-af",
      // 300 frames last 10.01 s; nothing to delay.
      "asetpts=PTS-round(0.023/TB),aresample=48000:async=1:first_pts=0,adelay=delays=0S:all=1,aformat=channel_layouts=stereo,apad,atrim=end_sample=480480",
    ]);
    expect(args.slice(from)).toContain("out/audio-2/index.m3u8");
    expect(args.indexOf("out/audio/index.m3u8")).toBeLessThan(from);
  });

  const graphOf = (color: ColorPlan) => {
    const args = encodeArgs({ ...PLAN, video: { ...PLAN.video, color } });
    return args[args.indexOf("-filter_complex") + 1] ?? "";
  };
  const coding = {
    primaries: "bt2020",
    transfer: "smpte2084",
    matrix: "bt2020nc",
    range: "limited",
  } as const;
  const tagged =
    "setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709";

  const hdr = { transfer: "pq", primaries: "bt2020", peak: 1000 } as const;
  const display = {
    ...{ red: { x: 0.68, y: 0.32 }, green: { x: 0.265, y: 0.69 }, blue: { x: 0.15, y: 0.06 } },
    ...{ white: { x: 0.3127, y: 0.329 }, minLuminance: 0.005, maxLuminance: 1000 },
  };
  const toneMap: ColorPlan = {
    ...{ kind: "tone-map", from: { ...coding, odd: false }, hdr, tags: BT709 },
    light: { masteringDisplay: display, contentLight: { maxCll: 900, maxFall: 300 } },
  };

  it("maps HDR by a table, once it is as small as the best rendition", () => {
    expect(graphOf(toneMap)).toContain(
      [
        "end_frame=300,zscale=width=640:height=360:filter=bicubic",
        ":primariesin=bt2020:transferin=smpte2084:matrixin=bt2020nc:rangein=limited:matrix=gbr:range=full",
        ",format=gbrpf32le,lut3d=file=tone-map.cube:interp=tetrahedral,zscale=filter=bicubic",
        ":primariesin=bt709:transferin=bt709:matrixin=gbr:rangein=full",
        ":primaries=bt709:transfer=bt709:matrix=bt709:range=limited:dither=error_diffusion,",
        `${tagged},split`,
      ].join(""),
    );
  });

  const hdrRungs = [
    ...PLAN.rungs,
    ...(["360p", "240p"] as const).map((name, index) => {
      const [width, height] = [[640, 360] as const, [426, 240] as const][index] ?? [0, 0];
      return rungOf({
        name: `${name}-hdr`,
        codec: "hevc",
        videoRange: "PQ",
        width,
        height,
        maxBitrateKbps: 700,
        crf: 26,
      });
    }),
  ];

  it("keeps HDR in pictures of its own, ten bits deep, with what its screen was, when asked", () => {
    const args = encodeArgs({
      ...PLAN,
      rungs: hdrRungs,
      audio: [],
      video: { ...PLAN.video, color: toneMap },
    });
    const graph = args[args.indexOf("-filter_complex") + 1] ?? "";
    expect(graph).toMatch(
      /end_frame=300,split=2\[sdr\]\[hdr\];\[sdr\]null,zscale=.*lut3d=.*,split=3\[v0\]\[thumbs\]\[from0\];/,
    );
    expect(graph).toContain(
      [
        ";[hdr]null,zscale=width=640:height=360:filter=bicubic",
        ":primariesin=bt2020:transferin=smpte2084:matrixin=bt2020nc:rangein=limited",
        ":primaries=bt2020:transfer=smpte2084:matrix=bt2020nc:range=limited,setsar=1,format=yuv420p10le",
        ",setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,split=2[v2][hdr0]",
        ";[hdr0]zscale=width=426:height=240:filter=bicubic:param_a=0:param_b=0.6,setsar=1,split=2[v3][hdr1];[hdr1]nullsink;[thumbs]select",
      ].join(""),
    );
    const start = args.indexOf("[v2]") + 1;
    expect(args.slice(start, args.indexOf("-map_metadata", start))).toEqual(
      list(`-fps_mode passthrough -c:v libx265 -preset veryfast -profile:v main10 -tag:v hvc1 -crf 26
        -maxrate 700k -bufsize 1400k
        -x265-params keyint=60:min-keyint=60:scenecut=0:open-gop=0:pools=3:log-level=error:info=0:hdr10-opt=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=900,300`),
    );
  });

  it("makes no HDR of a picture that has none", () => {
    expect(() => encodeArgs({ ...PLAN, rungs: hdrRungs })).toThrow(/none/);
  });

  it("converts other colours in one step with the size, where an odd size allows", () => {
    const from = { ...coding, transfer: "bt709", matrix: "smpte240m" };
    const step = [
      "zscale=width=640:height=360:filter=bicubic",
      "primariesin=bt2020:transferin=bt709:matrixin=smpte2400m:rangein=limited",
      `primaries=bt709:transfer=bt709:matrix=bt709:range=limited,${tagged},split`,
    ].join(":");
    const graph = (odd: boolean) => graphOf({ kind: "convert", from: { ...from, odd }, tags: BT709 });
    expect(graph(false)).toContain(`end_frame=300,${step}`);
    expect(graph(true)).toContain(`end_frame=300,format=yuv444p16le,${step}`);
  });

  it("says what the numbers of a picture are that are kept, and gives those of red, green and blue a matrix", () => {
    const tags = { primaries: "bt470bg", transfer: "smpte170m", matrix: "bt470bg" };
    const said =
      "setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt470bg:color_trc=smpte170m:colorspace=bt470bg,split";
    expect(graphOf({ kind: "keep", range: "limited", tags })).toContain(`bicubic,${said}`);
    expect(graphOf({ kind: "keep", range: "full", tags })).toContain(`bicubic:out_range=tv,${said}`);
    expect(graphOf({ kind: "rgb", tags: BT709 })).toContain(
      `:out_range=tv:out_color_matrix=bt709,${tagged},split`,
    );
  });

  it("writes words as WebVTT in outputs of their own, on the file's clock", () => {
    const args = encodeArgs({ ...PLAN, captions: [{ name: "s5", streamIndex: 5 }] });
    expect(args.slice(-10)).toEqual(
      list("-map 0:5 -c:s webvtt -map_metadata -1 -bitexact -f webvtt captions/s5.vtt"),
    );
  });

  it("removes interlacing before anything else looks at the frames", () => {
    const args = encodeArgs({ ...PLAN, video: { ...PLAN.video, interlaced: true } });
    expect(args[args.indexOf("-filter_complex") + 1]).toContain(
      "/TB),bwdif=mode=send_frame:deint=interlaced,fps=",
    );
  });

  it("of a single rung scales for it, for thumbnails and for the storyboard, and without sound maps none", () => {
    const args = encodeArgs({ ...PLAN, audio: [], rungs: PLAN.rungs.slice(0, 1) });
    expect(args[args.indexOf("-filter_complex") + 1]).toMatch(
      /format=yuv420p,setparams=[^,]*,split=4\[v0\]\[thumbs\]\[looks\]\[from0\];\[thumbs\]select.*;\[looks\]select.*;\[from0\]scdet,.*,select/,
    );
    expect(args.filter((arg) => arg === "-map")).toHaveLength(3);
  });

  it.each([
    ["12.5 frames a second", { num: 25, den: 2 }, 25, "2.000000"],
    ["a rate without an end", { num: 30, den: 7 }, 17, "3.966666"],
  ])("never asks for a boundary behind a frame: %s", (_name, frameRate, framesPerGroup, seconds) => {
    const args = encodeArgs({ ...PLAN, frameRate, framesPerGroup });
    expect(args[args.indexOf("-hls_time") + 1]).toBe(seconds);
  });
});

it.each([
  ["a second before it", {}, "3.027000"],
  ["its beginning, if it begins within the first second", { firstFrame: 15 }, "0.023000"],
  ["the keyframe that it needs, where that is known", { seekSeconds: 4.03534 }, "4.035340"],
])("a part is read from %s", (_, part, seconds) => {
  // 120 frames take 4.004 s.
  const args = encodeArgs({ ...PLAN, firstFrame: 120, ...part });
  const seek = list(`-copyts -reinit_filter:v 0 -noaccurate_seek -seek_timestamp 1 -ss ${seconds} -i`);
  expect(args.slice(args.indexOf("-copyts"), args.indexOf("-i") + 1)).toEqual(seek);
});

describe("codecs beside H.264", () => {
  const rungs = [
    ...PLAN.rungs,
    rungOf({ name: "360p-hevc", codec: "hevc", width: 640, height: 360, maxBitrateKbps: 600, crf: 26 }),
    rungOf({ name: "360p-av1", codec: "av1", width: 640, height: 360, maxBitrateKbps: 520, crf: 38 }),
  ];
  const args = encodeArgs({ ...PLAN, rungs, audio: [] });
  /** What stands between the map of a rung and its packaging. */
  const encoderOf = (index: number) => {
    const start = args.indexOf(`[v${index}]`) + 1;
    return args.slice(start, args.indexOf("-map_metadata", start));
  };

  it("take the same picture as the rung of their size", () => {
    const graph = args[args.indexOf("-filter_complex") + 1];
    expect(graph).toContain("split=5[v0][v2][v3][thumbs][from0];[from0]zscale=width=426:height=240");
    expect(graph).toContain("setsar=1,split=3[v1][looks][from1];[thumbs]select");
  });

  it("begin a closed group at the same frames, under the names that players know them by", () => {
    expect(encoderOf(2)).toEqual(
      list(`-fps_mode passthrough -c:v libx265 -preset veryfast -profile:v main -tag:v hvc1 -crf 26
        -maxrate 600k -bufsize 1200k
        -x265-params keyint=60:min-keyint=60:scenecut=0:open-gop=0:pools=3:log-level=error:info=0`),
    );
    expect(encoderOf(3)).toEqual(
      list(`-fps_mode passthrough -c:v libsvtav1 -preset 10 -crf 38 -maxrate 520k -bufsize 1040k -g 60
        -svtav1-params lp=3`),
    );
  });

  it("are slower where the owner wants them better", () => {
    const better = (rung: Rung) => ({ ...rung, quality: "optimized" as const });
    const optimized = encodeArgs({ ...PLAN, rungs: rungs.map(better), audio: [] });
    expect(optimized).toContain("faster");
    expect(optimized).toContain("rc-lookahead=40:aq-mode=2");
    expect(optimized[optimized.indexOf("libsvtav1") + 2]).toBe("8");
  });
});

describe("a trial", () => {
  const [rung = rungOf({ name: "360p", width: 640, height: 360, maxBitrateKbps: 800 })] = PLAN.rungs;
  const window = { ...PLAN, firstFrame: 120, frameCount: 60, audio: [], rungs: [rung, { ...rung, crf: 30 }] };

  it("encodes a group as the encode would, without a cap, and keeps nothing but what it weighs", () => {
    const args = trialArgs(window);
    const encoder = (crf: number) => `-fps_mode passthrough
      -c:v libx264 -preset veryfast -profile:v high -crf ${crf} -g 60 -keyint_min 60 -sc_threshold 0 -threads 3
      -x264-params ssim=1 -f framecrc`;
    expect(args.slice(args.indexOf("[v0]") - 1)).toEqual([
      ...list(`-map [v0] ${encoder(23)} trial-0.txt`),
      ...list(`-map [v1] ${encoder(30)} trial-1.txt`),
    ]);
    const shared = encodeArgs({ ...window, rungs: [rung] });
    const reading = shared.slice(shared.indexOf("-copyts"), shared.indexOf("-filter_complex"));
    expect(args.slice(args.indexOf("-copyts"), args.indexOf("-filter_complex"))).toEqual(reading);
    expect(args[args.indexOf("-v") + 1]).toBe("info");
  });

  it.each([
    ["an encode", encodeArgs],
    ["a trial", trialArgs],
    ["a head", (plan: EncodePlan) => headArgs(rung, plan)],
  ])("leaves nothing of its graph without a reader, which ffmpeg refuses: %s", (_, argsOf) => {
    const args = argsOf(window);
    const pads = (args[args.indexOf("-filter_complex") + 1] ?? "").match(/\[[a-z]+\d*\]/g) ?? [];
    expect(pads.length).toBeGreaterThan(2);
    const once = pads.filter((pad, _index, all) => all.indexOf(pad) === all.lastIndexOf(pad));
    expect(once.toSorted()).toEqual(
      args.filter((_arg, index) => args[index - 1] === "-map" && args[index]?.startsWith("[")).toSorted(),
    );
  });

  it("is read from what the tools of Debian 12 say", () => {
    const frames =
      "#tb 0: 1/24\n#sar 0: 1/1\n0, -2, 0, 1, 69832, 0x0285f2a9, S=1, 8\n0, -1, 4, 1, 7520, 0xe09d90c3, F=0x0, S=1, 8\n";
    expect(framesIn(frames)).toEqual({ frames: 2, bytes: 77_352 });
    expect(framesIn("")).toEqual({ frames: 0, bytes: 0 });
    const log = `[libx264 @ 0x55a0699fe400] --ssim used with psy on: results will be invalid!
[libx264 @ 0x55a0699fe400] profile High, level 3.0, 4:2:0, 8-bit
[libx264 @ 0x55a0699fe400] SSIM Mean Y:0.9694297 (15.147db)
[libx264 @ 0x55a0699fe400] kb/s:1043.55
[libx264 @ 0x55a0699ff240] SSIM Mean Y:0.9679341 (14.940db)`;
    expect(ssimsIn(log)).toEqual([0.9694297, 0.9679341]);
  });
});

describe("a head", () => {
  const [, smallest = rungOf({ name: "240p", width: 426, height: 240, maxBitrateKbps: 400 })] = PLAN.rungs;

  it("is the first group of the smallest rung, and a little more than that of the sound", () => {
    const args = headArgs(smallest, PLAN);
    const encode = encodeArgs(PLAN);
    const from = (all: readonly string[], pad: string) => all.slice(all.indexOf(pad) + 1);
    const pictures = from(args, "[v0]");
    expect(pictures.slice(0, pictures.indexOf("-af"))).toEqual(
      from(encode, "[v1]").slice(0, pictures.indexOf("-af")),
    );
    // The group has 60 frames; eight more are a quarter of a second: 68 last 2.2689 s, 108,909 samples.
    expect(args[args.indexOf("-filter_complex") + 1]).toContain("trim=start_frame=0:end_frame=60,");
    expect(args[args.indexOf("-af") + 1]).toBe(
      encode[encode.indexOf("-af") + 1]?.replace("480480", "108909"),
    );
  });
});

it("how loud sounds will be is measured of all at once, by the clock of the picture, and of nothing else", () => {
  const second = { ...SOUND, name: "audio-2", streamIndex: 4, gain: { decibels: 3, limited: false } };
  const measured = (index: number, more: string, name: string) =>
    list(
      `-map 0:${index} -af asetpts=PTS-round(0.5/TB),aresample=48000:async=1:first_pts=0,adelay=delays=22896S:all=1,
      aformat=channel_layouts=stereo,${more}atrim=end_sample=480480,ebur128=metadata=1:peak=true,
      ametadata=mode=print:file=loudness-of-${name}.txt -f null -`.replace(/,\s+/g, ","),
    );
  expect(mixLoudnessArgs({ ...PLAN, audio: [SOUND, second] })).toEqual([
    ...list(
      "-hide_banner -nostdin -nostats -v warning -progress pipe:1 -stats_period 0.25 -max_alloc 536870912",
    ),
    ...HARDENED,
    ...["-copyts", "-i", "file:/work/a b/source"],
    ...measured(2, "", "audio"),
    ...measured(4, "volume=3.00dB,", "audio-2"),
  ]);
});

it("sound that changes its form is decoded alone, placed by the clock of the picture", () => {
  expect(decodeSoundArgs(PLAN, SOUND, "sound.mka")).toEqual([
    ...list(
      "-hide_banner -nostdin -nostats -v warning -progress pipe:1 -stats_period 0.25 -max_alloc 536870912",
    ),
    ...HARDENED,
    ...["-copyts", "-i", "file:/work/a b/source"],
    ...list(
      "-map 0:2 -af asetpts=PTS-round(0.023/TB),aresample=48000:async=1,aformat=channel_layouts=stereo,atrim=start=0",
    ),
    ...list("-c:a pcm_s16le -map_metadata -1 -bitexact -f matroska sound.mka"),
  ]);
  expect(encodeArgs({ ...PLAN, rungs: [] })).not.toContain("-filter_complex");
});

it.each([
  ["the picture", decodePictureArgs(PLAN), "-map 0:0 -vf format=yuv420p"],
  ["a track", decodeTrackArgs(PLAN, SOUND), "-map 0:2 -af aformat=channel_layouts=stereo"],
  [
    "the start of a track",
    decodeTrackArgs(PLAN, SOUND, 20),
    "-map 0:2 -af aformat=channel_layouts=stereo -frames:a 20",
  ],
])("%s is decoded alone, and thrown away", (_what, args, decoded) => {
  expect(args).toEqual([
    ...list(
      "-hide_banner -nostdin -nostats -v warning -progress pipe:1 -stats_period 0.25 -max_alloc 536870912",
    ),
    ...HARDENED,
    ...["-i", "file:/work/a b/source"],
    ...list(`${decoded} -f null -`),
  ]);
});

it("every reading of a source is hardened, and names it as a plain file", () => {
  const [rung] = PLAN.rungs;
  const plan = { ...PLAN, source: "-i x" };
  const probings = [probeArgs("-i x"), packetArgs("-i x"), firstFramesArgs("-i x", 1)];
  const readings = [...probings, landingArgs(plan, 4)];
  if (!rung) throw new Error("There is no rung.");
  for (const args of [...readings, encodeArgs(plan), headArgs(rung, plan)]) {
    const start = args.indexOf("-protocol_whitelist");
    expect(args.slice(start, start + HARDENED.length)).toEqual(HARDENED);
    expect(args).toContain("file:-i x");
    expect(args).not.toContain("-i x");
  }
});

it("a check counts the frames of all samples, and makes a picture of one keyframe on the way", () => {
  const samples = [
    { kind: "whole", name: "240p" },
    { kind: "beginning", name: "360p", fragment: "f00002.m4s", frames: 8 },
    { kind: "whole", name: "audio" },
  ] as const;
  const still = { name: "720p", fragment: "f00001.m4s", file: "out/poster.jpg" };
  expect(checkArgs(samples, still)).toEqual(
    list(`-hide_banner -nostdin -nostats -v error -xerror -y
      -threads 1 -skip_loop_filter all -protocol_whitelist file -allowed_extensions ALL -f hls -i out/240p/index.m3u8
      -threads 1 -skip_loop_filter all
      -nofind_stream_info -protocol_whitelist concat,file -i concat:out/360p/init.mp4|out/360p/f00002.m4s
      -threads 1 -skip_loop_filter all -protocol_whitelist file -allowed_extensions ALL -f hls -i out/audio/index.m3u8
      -threads 1 -skip_frame nokey
      -nofind_stream_info -protocol_whitelist concat,file -i concat:out/720p/init.mp4|out/720p/f00001.m4s
      -map 0 -map 1 -map 2 -filter:1 trim=end_frame=8 -fps_mode passthrough -c:v wrapped_avframe -c:a pcm_s16le -f framecrc pipe:1
      -map 3:v -vf scale=out_range=pc:out_color_matrix=bt601,format=yuvj420p -frames:v 1 -q:v 3
      -map_metadata -1 -bitexact -f mjpeg out/poster.jpg`),
  );
});
