import type { Rung } from "../../src/ladder/ladder.ts";
import { SourceInfo, type TaskResult } from "../../src/task/contract.ts";
import { sourceKey, type Attempt } from "../../src/storage/keys.ts";
import { receive } from "../../src/upload/receive.ts";
import * as job from "../../src/job/job.ts";
import { create } from "../../src/video/create.ts";
import { enterPhase } from "../../src/video/phase.ts";

/** A video whose source is being uploaded. */
export async function waitingVideo(input: Parameters<typeof create>[0]["input"] = { fileName: "clip.mp4" }) {
  const { video } = await create({ input });
  return video.id;
}

let sequence = 0;

/** News of a source, later than all before. */
export const arrival = (key: string, etag = "etag-1") => ({
  ...{ key, etag, sizeBytes: 1000 },
  sequencer: (sequence += 1).toString(16).padStart(18, "0"),
});

/** A video whose first attempt is under way. */
export async function processingVideo(...[input]: Parameters<typeof waitingVideo>): Promise<Attempt> {
  const videoId = await waitingVideo(input);
  const owed = await receive(arrival(sourceKey(videoId)));
  if (!owed) throw new Error("A new source owes an execution.");
  await job.start(owed);
  await enterPhase({ ...owed, phase: "inspecting" });
  return owed;
}

type Ready = Extract<TaskResult, { outcome: "ready" }>;

/** What is known of the small video beside its size and its codecs. */
const KNOWN = {
  ...{ constantFrameRate: true, interlaced: true, fieldOrder: "top", closedCaptions: false },
  color: {
    ...{ hdr: "hlg", primaries: "bt2020", transfer: "arib-std-b67", matrix: "bt2020nc", range: "limited" },
    ...{ bitDepth: 10, masteringDisplay: null, contentLight: null, dolbyVisionProfile: null },
  },
  loudness: { integratedLufs: -19.5, rangeLu: 6.1, truePeakDbtp: -1.2 },
  sceneCuts: { count: 2, times: [1.5, 4] },
  chapters: [{ startSeconds: 0, endSeconds: 8, title: "<i>One</i>" }],
};

/** Why there is the larger rendition. */
const DECIDED: Rung = {
  ...{
    name: "720p",
    codec: "h264",
    videoRange: "SDR",
    width: 1280,
    height: 720,
    quality: "optimized",
    crf: 27.5,
    reason: "top",
  },
  ...{ maxBitrateKbps: 90, fixedBitrateKbps: 120, predictedBitrateKbps: 58, predictedSsimDb: 17.3 },
};

/** What a task says of a small video with sound. */
export function readyResult(attempt: Attempt): Ready {
  const stream = (folder: string, sizes: readonly number[]) => ({
    init: { key: `${folder}/init.mp4`, sizeBytes: 10, sha256: "0".repeat(64) },
    segments: sizes.map((sizeBytes, n) => ({
      key: `${folder}/${String(n).padStart(5, "0")}.m4s`,
      sizeBytes,
      durationSeconds: 4,
    })),
  });
  const rung = (name: string, width: number, height: number) => ({
    ...{ name, width, height, codecs: "avc1.640028", frameRate: "25/1", frameCount: 200 },
    ...stream(name, [40_000, 20_000]),
  });
  const track = {
    codec: null,
    profile: null,
    language: null,
    bitrate: null,
    frameRate: null,
    pixelFormat: null,
  };
  const silent = { width: null, height: null, channels: null, sampleRate: null };
  return {
    ...{ videoId: attempt.videoId, attempt: attempt.attempt, outcome: "ready", closedData: [] },
    source: SourceInfo.parse({
      ...{
        container: "mov,mp4",
        durationSeconds: 8,
        sizeBytes: 1000,
        bitrate: 1000,
        width: 1280,
        height: 720,
      },
      ...{
        rotation: 0,
        frameRate: "25/1",
        videoCodec: "h264",
        audioCodec: "aac",
        ...KNOWN,
        tags: { title: "<b>x</b>" },
      },
      tracks: [
        {
          ...track,
          ...silent,
          index: 0,
          kind: "video",
          codec: "h264",
          width: 1280,
          height: 720,
          frameRate: "25/1",
        },
        {
          ...{ ...track, ...silent, index: 1, kind: "audio", codec: "aac", channels: 2, sampleRate: 48_000 },
          ...{ language: "ger", title: "Ton", isDefault: true, channelLayout: "stereo" },
        },
      ],
    }),
    droppedRungs: [{ name: "480p", reason: "too_close" }],
    renditions: [{ ...rung("720p", 1280, 720), rung: DECIDED }, rung("360p", 640, 360)],
    audio: [
      {
        ...{ name: "audio-1", codecs: "mp4a.40.2", language: "und", title: null, channels: 2 },
        ...{ purpose: "main", sampleRate: 48_000 },
        ...stream("audio-1", [4000, 4000]),
      },
    ],
    captions: [],
    thumbnails: [0, 1, 2, 3].map((n) => ({ key: `thumbnails/0000${n}.jpg`, sizeBytes: 20 })),
    poster: { key: "poster.jpg", sizeBytes: 50, score: 100 },
    storyboard: {
      ...{ framesPerTile: 50, columns: 4, rows: 1, tileWidth: 160, tileHeight: 90 },
      sheets: [{ key: "storyboard/000.jpg", sizeBytes: 40, tileCount: 4 }],
    },
  };
}

/** Every file that a result names, with its size. */
export function filesOf({ renditions, audio, captions, poster, storyboard, thumbnails }: Ready) {
  return [
    poster,
    ...captions,
    ...storyboard.sheets,
    ...thumbnails,
    ...[...renditions, ...audio].flatMap(({ init, segments }) => [init, ...segments]),
  ];
}
