import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = join(tmpdir(), "telecine-clips");

/** A clip that ffmpeg makes; kept for the next run. */
export async function clip(name: string, args: readonly string[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  if (!existsSync(path)) await run("ffmpeg", ["-v", "error", "-y", ...args, path]);
  return path;
}

/** Test pictures and a tone, of this size, frame rate and length. */
export function testClip(
  name: string,
  size: string,
  rate: string,
  seconds: number,
  more: readonly string[] = [],
): Promise<string> {
  const video = ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
  const audio = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`];
  return clip(name, [
    ...video,
    ...audio,
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
    "-c:a",
    "aac",
    "-shortest",
    ...more,
  ]);
}

interface Stream {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly width?: number;
  readonly height?: number;
  readonly r_frame_rate: string;
  readonly duration?: string;
  readonly nb_frames?: string;
  readonly nb_read_frames?: string;
}

export interface Probe {
  readonly streams: readonly Stream[];
  readonly format: { readonly duration: string };
}

/** ffprobe's own opinion of a file or an address. */
export async function probe(source: string, more: readonly string[] = []): Promise<Probe> {
  const { stdout } = await run(
    "ffprobe",
    ["-v", "error", "-of", "json", "-show_streams", "-show_format", ...more, source],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout) as Probe;
}

/** Decodes a playlist to its end and returns its frames and size. ffmpeg says nothing when nothing is wrong. */
export async function decode(
  playlist: string,
): Promise<{ frames: number; width: number; height: number; complaints: string }> {
  const { streams } = await probe(playlist, ["-select_streams", "v:0", "-count_frames"]);
  const { stderr } = await run("ffmpeg", ["-v", "warning", "-nostdin", "-i", playlist, "-f", "null", "-"]);
  const [video] = streams;
  return {
    frames: Number(video?.nb_read_frames),
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    complaints: stderr,
  };
}

/** The media playlists that a multivariant playlist names, with the size each is declared to have. */
export async function variantsOf(
  url: string,
): Promise<{ url: string; width: number; height: number; codecs: string; bandwidth: number }[]> {
  const lines = (await (await fetch(url)).text()).split("\n");
  return lines.flatMap((line, index) => {
    const [, width, height] = /RESOLUTION=(\d+)x(\d+)/.exec(line) ?? [];
    if (!line.startsWith("#EXT-X-STREAM-INF") || !width || !height) return [];
    const codecs = /CODECS="([^"]+)"/.exec(line)?.[1] ?? "";
    const bandwidth = Number(/[:,]BANDWIDTH=(\d+)/.exec(line)?.[1]);
    return [
      {
        url: new URL(lines[index + 1] ?? "", url).href,
        width: Number(width),
        height: Number(height),
        codecs,
        bandwidth,
      },
    ];
  });
}
