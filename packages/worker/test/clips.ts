import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The inputs of a clip: moving bars of a size, rate and length, and a tone. */
export const bars = (size: string, rate: string, seconds: number) =>
  `-f lavfi -i testsrc2=s=${size}:r=${rate}:d=${seconds}`;
export const tone = (seconds: number) => `-f lavfi -i sine=frequency=440:sample_rate=48000:d=${seconds}`;
export const X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
export const AAC = "-c:a aac -b:a 96k";
const HDR = "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc";

/** How each clip is made: an ffmpeg command without its output. No argument has a space in it. */
export const RECIPES = {
  "wide.mp4": `${bars("640x360", "25", 6)} ${tone(6)} ${X264} ${AAC} -movflags +faststart`,
  "tall.mp4": `${bars("360x640", "25", 5)} ${X264}`,
  "index-last.mp4": `${bars("640x360", "25", 6)} ${tone(6)} ${X264} ${AAC}`,
  // Long enough to be in the middle of it.
  "long.mp4": `${bars("1280x720", "30", 20)} ${tone(20)} ${X264} ${AAC}`,
  // Of two rungs, and long enough to be begun with one.
  "two-rungs.mp4": `${bars("640x360", "25", 17)} ${tone(17)} ${X264} ${AAC}`,
  // More than the limits of a rung allow, in the rate of film, with two sounds.
  "noisy.mp4": `${bars("640x360", "24000/1001", 17)} ${tone(17)} -vf noise=alls=60:allf=t -map 0 -map 1 -map 1 ${X264} ${AAC}`,
  // Nothing to look at.
  "plain-hd.mp4": `-f lavfi -i color=s=1920x1080:r=25:d=4 ${X264} -g 100`,
  "odd.mkv": "-f lavfi -i testsrc2=s=642x360:r=25:d=2,crop=641:359:0:0:exact=1 -c:v ffv1 -pix_fmt yuv444p",
  "film.mp4": `${bars("320x240", "24000/1001", 9)} ${tone(9)} ${X264} ${AAC}`,
  "film-millis.mkv": `${bars("320x240", "24000/1001", 5)} ${X264}`,
  "ntsc.mp4": `${bars("320x240", "30000/1001", 5)} ${tone(5)} ${X264} ${AAC}`,
  "smooth.mp4": `${bars("320x240", "60000/1001", 5)} ${X264}`,
  // Reordered pictures by a clock of 600 ticks a second.
  "phone.mp4": `${bars("320x240", "30", 4)} -c:v libx264 -preset fast -bf 2 -pix_fmt yuv420p -video_track_timescale 600`,
  "fast.mp4": `${bars("320x240", "120", 3)} ${X264}`,
  // Every third frame is missing: intervals of one and two frames.
  "uneven.mp4": `${bars("320x240", "30", 5)} -vf select=not(eq(mod(n\\,3)\\,1)) -fps_mode vfr ${X264}`,
  "interlaced.mp4": `${bars("720x576", "50", 3)} -vf interlace=scan=tff ${X264} -flags +ilme+ildct -x264-params tff=1`,
  "interlaced-long.mp4": `${bars("320x240", "50", 6)} ${tone(6)} -vf interlace=scan=tff ${X264} -flags +ilme+ildct -x264-params tff=1:keyint=40 ${AAC}`,
  "anamorphic.mp4": `${bars("720x576", "25", 2)} -vf setsar=64/45 ${X264}`,
  "mono.mp4": `${bars("320x240", "25", 3)} ${tone(3)} -ac 1 ${X264} ${AAC}`,
  "surround.mp4": `${bars("320x240", "25", 3)} ${tone(3)} -ac 6 ${X264} ${AAC}`,
  // A recorder's, which no layout names.
  "ten-channels.mov": `${bars("320x240", "25", 3)} -f lavfi -i aevalsrc=${Array(10).fill("sin(880*PI*t)/4").join("|")}:d=3:s=48000 ${X264} -c:a pcm_s16le`,
  "silent.mp4": `${bars("320x240", "25", 3)} ${X264}`,
  "long-sound.mp4": `${bars("320x240", "25", 3)} ${tone(8)} ${X264} ${AAC}`,
  "short-sound.mp4": `${bars("320x240", "25", 6)} ${tone(2)} ${X264} ${AAC}`,
  "late-sound.mkv": `${bars("320x240", "25", 5)} -itsoffset 2 ${tone(3)} ${X264} ${AAC}`,
  "late-picture.mkv": `-itsoffset 1.5 ${bars("320x240", "25", 3)} ${tone(4.5)} ${X264} ${AAC}`,
  "two-sounds.mkv": [
    `${bars("320x240", "25", 3)} ${tone(3)} -f lavfi -i anullsrc=r=44100:cl=mono:d=3 -map 0 -map 1 -map 2`,
    "-disposition:a:0 0 -disposition:a:1 default -metadata:s:a:0 language=ger -metadata:s:a:1 language=eng",
    `${X264} ${AAC}`,
  ].join(" "),
  // The second one comments, the third one tells what is seen.
  "three-sounds.mp4": [
    `${bars("320x240", "25", 3)} ${tone(3)} ${tone(1)} ${tone(2)} -map 0 -map 1 -map 2 -map 3 ${X264} ${AAC}`,
    "-metadata:s:a:0 language=eng -metadata:s:a:1 language=eng -metadata:s:a:2 language=fra",
    "-disposition:a:1 comment -disposition:a:2 visual_impaired",
  ].join(" "),
  "deep.mkv": `${bars("320x240", "25", 2)} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params ${HDR}`,
  "full-range.mp4": `${bars("320x240", "25", 2)} -c:v libx264 -preset ultrafast -pix_fmt yuvj420p`,
  "slideshow.mp4": `${bars("320x240", "1/5", 20)} ${tone(20)} ${X264} ${AAC}`,
  "grey.mp4": `-f lavfi -i color=gray:s=640x360:r=25:d=4 ${X264}`,
  "nineteen-seconds.mp4": `${bars("320x240", "25", 19)} ${X264}`,
  "still.mp4": `${bars("320x240", "25", 0.04)} ${X264}`,
  "no-length.webm": `${bars("320x240", "25", 3)} ${tone(3)} -c:v libvpx -deadline realtime -cpu-used 8 -c:a libopus -live 1`,
  "transport.ts": `${bars("320x240", "25", 3)} ${tone(3)} ${X264} ${AAC}`,
  "groups.ts": `${bars("320x240", "25", 6)} ${tone(6)} ${X264} -g 50 ${AAC}`,
  "program.mpg": `${bars("320x240", "25", 3)} ${tone(3)} -c:v mpeg2video -c:a mp2 -f vob`,
  "flash.flv": `${bars("320x240", "25", 3)} ${tone(3)} ${X264} -ar 44100 ${AAC}`,
  "avi.avi": `${bars("320x240", "25", 3)} ${tone(3)} -c:v mpeg4 -c:a mp3`,
  "theora.ogv": `${bars("320x240", "25", 3)} ${tone(3)} -c:v libtheora -c:a libvorbis`,
  "windows.wmv": `${bars("320x240", "25", 3)} ${tone(3)} -c:v wmv2 -c:a wmav2`,
  "matroska.mkv": `${bars("640x360", "25", 6)} ${tone(6)} ${X264} ${AAC}`,
  "fragmented.mp4": `${bars("320x240", "25", 3)} ${tone(3)} ${X264} ${AAC} -movflags frag_keyframe+empty_moov`,
  "sound.m4a": `${tone(3)} ${AAC}`,
  "cover.mp3": `${tone(2)} -f lavfi -i color=red:s=64x64:r=1:d=1 -map 0 -map 1 -c:a libmp3lame -c:v png -disposition:v attached_pic`,
  "cover.m4a": `${tone(2)} -f lavfi -i color=red:s=64x64:r=1:d=1 -map 0 -map 1 -c:a aac -c:v png -disposition:v attached_pic`,
  // Six seconds of black, then a picture.
  "black-first.mp4": `-f lavfi -i color=black:s=320x240:r=25:d=6[a];testsrc2=s=320x240:r=25:d=4[b];[a][b]concat ${X264}`,
  // Six seconds out of focus, then four that are sharp.
  "blurred-first.mp4": `-f lavfi -i testsrc2=s=320x240:r=25:d=6,gblur=sigma=6[a];testsrc2=s=320x240:r=25:d=4[b];[a][b]concat ${X264}`,
  "huge.mkv": "-f lavfi -i color=s=6400x6400:r=1:d=1 -c:v mpeg4",
  "tiny.mkv": "-f lavfi -i color=s=8x8:r=5:d=1 -c:v ffv1",
  "too-fast.mkv": "-f lavfi -i color=s=64x64:r=1000:d=1 -c:v mpeg4",
  // Two pictures, five hours apart.
  "too-long.mkv": "-f lavfi -i color=s=64x64:r=1:d=2 -vf setpts=N*18000/TB -fps_mode vfr -c:v mjpeg",
  "many-streams.mkv": `-f lavfi -i color=s=64x64:r=5:d=1 ${tone(1)} -map 0 ${"-map 1 ".repeat(70)} -c:v mpeg4 -c:a pcm_s16le`,
} as const satisfies Record<string, string>;

export type ClipName = keyof typeof RECIPES;

const CACHE = join(tmpdir(), "telecine-test-clips");

/** The path of a clip, which is made on the first call of any test run and kept. */
export function clip(name: ClipName): Promise<string> {
  const recipe = words(RECIPES[name]);
  return made(name, recipe, (path) => ffmpeg([...recipe, path]));
}

/** A clip with a display matrix, as phones write it when they are turned. */
export async function rotated(degrees: 90 | 180 | 270): Promise<string> {
  const recipe = ["-i", await clip("wide.mp4"), ...words(`-c copy -metadata:s:v rotate=${degrees}`)];
  return made(`rotated-${degrees}.mp4`, recipe, (path) => ffmpeg([...recipe, path]));
}

/** A clip that ffmpeg has copied: `recipe` is its command without its output, in which `CLIP` is the clip's path. */
export async function copied(name: string, from: ClipName, recipe: string): Promise<string> {
  const source = await clip(from);
  const command = words(recipe).map((word) => (word === "CLIP" ? source : word));
  return made(name, command, (path) => ffmpeg([...command, path]));
}

export function words(text: string): string[] {
  return text.split(" ").filter(Boolean);
}

export async function cut(from: ClipName, share: number): Promise<string> {
  const source = await clip(from);
  const { size } = await stat(source);
  return made(`cut-${share}-${from}.bin`, [source, String(share)], async (path) => {
    await writeFile(path, await readFile(source));
    await truncate(path, Math.floor(size * share));
  });
}

/** A recording that was begun in the middle of a broadcast: its first pictures refer to some that are missing. */
export async function begunMidway(): Promise<string> {
  const source = await readFile(await clip("groups.ts"));
  const packet = 188;
  return bytes("begun-midway.ts", source.subarray(Math.floor(source.length / packet / 3) * packet));
}

export async function bytes(name: string, content: string | Uint8Array): Promise<string> {
  return made(name, [String(content)], (path) => writeFile(path, content));
}

/** Sound of six channels, then of two, in one stream, as broadcasts have it. */
export async function soundChanges(): Promise<string> {
  const part = (channels: number, startSeconds: number) => {
    const sound = `-ac ${channels} -c:a ac3 -output_ts_offset ${startSeconds} -f mpegts -`;
    return ffmpegBytes(words(`${bars("320x240", "25", 2)} ${tone(2)} ${X264} ${sound}`));
  };
  return bytes("sound-changes.ts", Buffer.concat([await part(6, 0), await part(2, 2)]));
}

/** Two pictures of different size in one stream, as a shared window makes when it is resized. */
export async function resizedMidway(): Promise<string> {
  const part = (size: string) => ffmpegBytes(words(`${bars(size, "25", 2)} ${X264} -g 25 -f h264 -`));
  const stream = await bytes("resized.h264", Buffer.concat([await part("640x360"), await part("480x360")]));
  const recipe = words(`-f h264 -framerate 25 -i ${stream} -c copy -f mpegts`);
  return made("resized.ts", recipe, (path) => ffmpeg([...recipe, path]));
}

export async function made(
  name: string,
  recipe: readonly string[],
  make: (path: string) => Promise<unknown>,
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
  const path = join(CACHE, `${hash}-${name}`);
  if (await exists(path)) return path;
  await mkdir(CACHE, { recursive: true });
  const draft = join(CACHE, `draft-${process.pid}-${hash}-${name}`);
  await make(draft);
  await rename(draft, path); // another process may have made the same meanwhile: equal bytes
  await rm(draft, { force: true });
  return path;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** What ffmpeg makes by a recipe, which ends before the file. */
export function build(name: string, recipe: string): Promise<string> {
  const args = words(recipe);
  return made(name, args, (path) => ffmpeg([...args, path]));
}

export async function ffmpeg(args: readonly string[]): Promise<void> {
  await execute("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", "-y", ...args], { timeout: 60_000 });
}

export async function ffmpegBytes(args: readonly string[]): Promise<Buffer> {
  const { stdout } = await execute("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", ...args], {
    encoding: "buffer",
    maxBuffer: 64 * 1024 ** 2,
  });
  return stdout;
}

/** The bytes of a clip with most of its middle overwritten: its index is right, what it points at is not. */
export async function garbled(from: ClipName): Promise<string> {
  const source = await readFile(await clip(from));
  return bytes(
    `garbled-${from}.bin`,
    source.fill(0xa5, Math.floor(source.length * 0.1), Math.floor(source.length * 0.99)),
  );
}

const SUBRIP = `1
00:00:01,000 --> 00:00:02,500
Hello <i>world</i>, 1 < 2 & 3

2
00:00:03,000 --> 00:00:30,000
{\\an8}<font color="#ff0000">Last</font>\u0001 words
`;
const LATE = "1\n00:00:08,000 --> 00:00:09,000\nafter the end\n";
const STATION = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Italic, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,0,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.20,0:00:00.60,Default,,0,0,0,,Before the picture
Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{\\pos(10,20)}Styled {\\b1}bold{\\b0}\\Ntwo lines
`;

/**
 * A picture that begins late, with words of three kinds: SubRip in German that is forced, ASS for the deaf, and some
 * after its end. One of them has no sound.
 */
export async function withWords(name: "words.mkv" | "words.mp4" | "silent-words.mp4"): Promise<string> {
  const files = [await bytes("a.srt", SUBRIP), await bytes("b.ass", STATION), await bytes("c.srt", LATE)];
  const codec = name.endsWith(".mp4") ? "mov_text" : "copy";
  const sound = name === "silent-words.mp4" ? "" : "-map 1";
  const recipe = [
    ...words(`-itsoffset 0.5 ${bars("320x240", "25", 5)} ${tone(5.5)}`),
    ...files.flatMap((file) => ["-i", file]),
    ...words(`-map 0 ${sound} -map 2 -map 3 -map 4 -fps_mode passthrough ${X264} ${AAC} -c:s ${codec}`),
    ...words("-metadata:s:s:0 language=ger -disposition:s:0 forced -disposition:s:1 hearing_impaired"),
    ...["-metadata:s:s:1", 'title=Said & "heard"'],
  ];
  return made(name, recipe, (path) => ffmpeg([...recipe, path]));
}

/** Words that no encoder takes: more than a megabyte at once. */
export async function withEndlessWords(): Promise<string> {
  const lines = Array.from({ length: 1300 }, () => "x".repeat(1000)).join("\n");
  const file = await bytes("endless.srt", `1\n00:00:01,000 --> 00:00:02,000\n${lines}\n`);
  const recipe = [...words(`-i ${await clip("silent.mp4")} -i`), file, ...words("-map 0 -map 1 -c copy")];
  return made("endless-words.mkv", recipe, (path) => ffmpeg([...recipe, path]));
}

/** The bytes of a clip of which all packets of one stream are noise. */
export async function withoutSense(from: ClipName, stream: string): Promise<string> {
  const source = await readFile(await clip(from));
  for (const { size, position } of await packetsOf(from, stream)) spoil(source, position, size);
  return bytes(`without-sense-${stream.replace(":", "")}-${from}.bin`, source);
}

/** The bytes of a clip whose first pictures, and so its only keyframe, are noise: the others build upon nothing. */
export async function withoutKeyframe(from: ClipName): Promise<string> {
  const source = await readFile(await clip(from));
  const first = (await packetsOf(from, "v")).slice(0, 15);
  for (const { size, position } of first) spoil(source, position, size);
  return bytes(`without-keyframe-${from}.bin`, source);
}

async function packetsOf(from: ClipName, stream: string) {
  const entries = ["-select_streams", stream, "-show_entries", "packet=pos,size", "-of", "csv=p=0"];
  const { stdout } = await execute("ffprobe", ["-v", "error", ...entries, await clip(from)]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [size = 0, position = 0] = line.split(",").map(Number);
      return { size, position };
    });
}

function spoil(source: Buffer, position: number, size: number): void {
  for (let index = position; index < position + size; index++) source[index] = (index * 7919) % 251;
}
