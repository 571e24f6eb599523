import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { outputPrefix } from "@telecine/core/storage/keys";
import type { EncodedAudio, EncodedRendition, TaskResult } from "@telecine/core/task/contract";
import type { FolderBucket } from "./folder-bucket.ts";

const execute = promisify(execFile);

export type Ready = Extract<TaskResult, { outcome: "ready" }>;

/** Writes the playlists that publishing would write (RFC 8216) beside the segments, and gives the path of the first. */
export async function publishForTest(bucket: FolderBucket, result: Ready): Promise<string> {
  const folder = join(bucket.root, outputPrefix(result));
  for (const track of [...result.renditions, ...result.audio]) {
    await writeFile(join(folder, `${track.name}.m3u8`), mediaPlaylist(track));
  }
  const master = join(folder, "master.m3u8");
  await writeFile(master, masterPlaylist(result));
  return master;
}

function mediaPlaylist({ init, segments }: EncodedRendition | EncodedAudio): string {
  const target = Math.max(...segments.map(({ durationSeconds }) => Math.round(durationSeconds)));
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${target}`,
    "#EXT-X-PLAYLIST-TYPE:VOD",
    `#EXT-X-MAP:URI="${init.key}"`,
    ...segments.flatMap(({ key, durationSeconds }) => [`#EXTINF:${durationSeconds.toFixed(6)},`, key]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

function masterPlaylist({ renditions, audio }: Ready): string {
  const [sound] = audio;
  return [
    "#EXTM3U",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...(sound
      ? [`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="${sound.language}",DEFAULT=YES,URI="${sound.name}.m3u8"`]
      : []),
    ...renditions.flatMap(({ name, width, height, codecs, segments }) => {
      const peak = Math.max(
        ...segments.map(({ sizeBytes, durationSeconds }) => (sizeBytes * 8) / durationSeconds),
      );
      const all = [codecs, ...(sound ? [sound.codecs] : [])].join();
      const group = sound ? `,AUDIO="a"` : "";
      return [
        `#EXT-X-STREAM-INF:BANDWIDTH=${Math.ceil(peak)},RESOLUTION=${width}x${height},CODECS="${all}"${group}`,
        `${name}.m3u8`,
      ];
    }),
    "",
  ].join("\n");
}

export interface Played {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly frameRate: string;
  readonly pixelFormat: string;
  readonly aspect: string;
  readonly interlaced: boolean;
}

const HLS = ["-protocol_whitelist", "file", "-allowed_extensions", "ALL", "-f", "hls"];

/** Decodes the picture of a playlist to its end, failing on the first error. */
export async function play(playlist: string): Promise<Played> {
  await execute("ffmpeg", ["-v", "error", "-xerror", ...HLS, "-i", playlist, "-f", "null", "-"]);
  const entries =
    "stream=width,height,nb_read_frames,start_time,r_frame_rate,pix_fmt,sample_aspect_ratio:frame=best_effort_timestamp_time,pkt_duration_time,interlaced_frame";
  const { stdout } = await execute(
    "ffprobe",
    [
      "-v",
      "error",
      ...HLS,
      "-count_frames",
      "-select_streams",
      "v:0",
      "-show_entries",
      entries,
      "-of",
      "json",
      playlist,
    ],
    { maxBuffer: 64 * 1024 ** 2 },
  );
  const { streams, frames } = JSON.parse(stdout) as {
    streams: [Record<string, string>];
    frames: { best_effort_timestamp_time: string; pkt_duration_time: string; interlaced_frame: number }[];
  };
  const [stream] = streams;
  const times = frames.map(({ best_effort_timestamp_time: time }) => Number(time));
  const startSeconds = Math.min(...times);
  return {
    width: Number(stream.width),
    height: Number(stream.height),
    frames: Number(stream.nb_read_frames),
    startSeconds,
    durationSeconds: Math.max(...times) + Number(frames[0]?.pkt_duration_time) - startSeconds,
    frameRate: stream.r_frame_rate ?? "",
    pixelFormat: stream.pix_fmt ?? "",
    aspect: stream.sample_aspect_ratio ?? "",
    interlaced: frames.some(({ interlaced_frame: flag }) => flag !== 0),
  };
}

export interface Heard {
  readonly durationSeconds: number;
  readonly channels: number;
  /** The first and the last moment above -40 dB, and the longest time below it in between. */
  readonly loudFrom: number;
  readonly loudTo: number;
  readonly longestSilence: number;
}

/** Decodes the sound of a playlist to its end. */
export async function listen(playlist: string): Promise<Heard> {
  // Priming lies before zero: a player does not play it.
  const placed = ["-map", "0:a", "-af", "aresample=async=1:first_pts=0"];
  const args = ["-v", "error", "-copyts", ...HLS, "-i", playlist, ...placed, "-f", "s16le", "-"];
  const { stdout } = await execute("ffmpeg", args, { encoding: "buffer", maxBuffer: 64 * 1024 ** 2 });
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length / 2);
  const loud = (sample: number) => Math.abs(sample) > 327;
  const seconds = (index: number) => index / 2 / 48_000;
  return {
    durationSeconds: seconds(samples.length),
    channels: 2,
    loudFrom: seconds(samples.findIndex(loud)),
    loudTo: seconds(samples.findLastIndex(loud)),
    longestSilence: seconds(
      longestRun(
        samples.subarray(samples.findIndex(loud), samples.findLastIndex(loud)),
        (sample) => !loud(sample),
      ),
    ),
  };
}

function longestRun(samples: Int16Array, matches: (sample: number) => boolean): number {
  let longest = 0;
  let current = 0;
  for (const sample of samples) {
    current = matches(sample) ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}
