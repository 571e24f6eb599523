import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export const STREAM_SECONDS = 8;

/** A small stream as the pipeline makes them: CMAF, two sizes, the sound apart; and a poster. */
export async function makeMedia(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=640x360:rate=24:duration=${STREAM_SECONDS}`];
  const sound = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${STREAM_SECONDS}`];
  const sizes = [
    ...["-filter_complex", "[0:v]split[a][b];[b]scale=426:240[small]"],
    ...["-map", "[a]", "-map", "[small]", "-map", "1:a"],
    ...[
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-g",
      "48",
      "-keyint_min",
      "48",
      "-sc_threshold",
      "0",
      "-bf",
      "2",
    ],
    ...["-pix_fmt", "yuv420p", "-b:v:0", "600k", "-b:v:1", "250k", "-c:a", "aac", "-b:a", "64k"],
  ];
  const output = [
    ...["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"],
    ...["-var_stream_map", "v:0,agroup:sound v:1,agroup:sound a:0,agroup:sound,default:yes"],
    ...["-master_pl_name", "master.m3u8", "-hls_fmp4_init_filename", "init_%v.mp4"],
    ...["-hls_segment_filename", `${folder}/%v_%03d.m4s`, `${folder}/%v.m3u8`],
  ];
  await ffmpeg([...picture, ...sound, ...sizes, ...output]);
  const still = [
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=640x360:duration=1",
    "-frames:v",
    "1",
    `${folder}/poster.jpg`,
  ];
  await ffmpeg(still);
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await run("ffmpeg", ["-nostdin", "-hide_banner", "-loglevel", "error", "-y", ...args]);
}
