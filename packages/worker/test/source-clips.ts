import { readFile } from "node:fs/promises";
import { AAC, bars, build, bytes, clip, ffmpeg, made, tone, words, X264 } from "./clips.ts";

/** Sources that say much of themselves. */

const X265 = "-pix_fmt yuv420p10le -c:v libx265 -preset ultrafast -x265-params";
/** A screen of P3 and 1,000 candela, as x265 writes it: in steps of 0.00002 and 0.0001. */
const SCREEN = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)";

/** HDR10 with the light of its screen and of its picture, which x265 writes into its frames alone. */
export function hdr10(container: "mp4" | "mkv" | "ts", seconds = 1): Promise<string> {
  const colors = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited";
  const params = `log-level=error:${colors}:hdr10=1:master-display=${SCREEN}:max-cll=900,300`;
  return build(`hdr10-${seconds}.${container}`, `${bars("320x240", "25", seconds)} ${X265} ${params}`);
}

export function hlg(): Promise<string> {
  const colors = "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:range=limited";
  return build("hlg.mp4", `${bars("320x240", "25", 1)} ${X265} log-level=error:${colors}`);
}

/** SDR as a European camera of standard definition tags it, in the full range. */
export function standardDefinition(): Promise<string> {
  const tags = "-colorspace bt470bg -color_primaries bt470bg -color_trc gamma28 -color_range pc";
  return build("sd.mp4", `${bars("320x240", "25", 1)} ${X264} -pix_fmt yuvj420p ${tags}`);
}

/** Fields in a container that has no word for them. */
export function fields(first: "top" | "bottom"): Promise<string> {
  const scan = first === "top" ? "tff" : "bff";
  const flags = `-flags +ilme+ildct -x264-params ${scan}=1`;
  return build(
    `fields-${first}.ts`,
    `${bars("320x240", "50", 1)} -vf interlace=scan=${scan} ${X264} ${flags}`,
  );
}

/** Two chapters, two languages, and a title that is markup. */
export async function chapters(): Promise<string> {
  const chapter = (start: number, end: number, title: string) =>
    `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${end}\ntitle=${title}\n`;
  const list = await bytes(
    "chapters.txt",
    `;FFMETADATA1\n${chapter(0, 1500, "First <b>")}${chapter(1500, 3000, "Second")}`,
  );
  const subtitles = await bytes("words.srt", "1\n00:00:00,500 --> 00:00:01,500\nWords\n");
  const inputs = `${bars("320x240", "25", 3)} ${tone(3)} -i ${subtitles} -f ffmetadata -i ${list}`;
  const maps = "-map 0 -map 1 -map 1 -map 2 -map_chapters 3 -c:s srt";
  const first = "-metadata:s:a:0 language=ger -metadata:s:a:0 title=Deutsch -disposition:a:0 default";
  const second = "-metadata:s:a:1 language=eng -disposition:a:1 0";
  const third = "-metadata:s:s:0 language=fre -disposition:s:0 forced+hearing_impaired";
  return build("chapters.mkv", `${inputs} ${maps} ${first} ${second} ${third} ${X264} ${AAC} -ac:a:0 6`);
}

/** A sine of 1 kHz at a level in dBFS in every channel, and after 20 s at another level. */
export function steadyTone(level: number, layout: "stereo" | "5.0", after?: number): Promise<string> {
  const amplitude = (decibels: number) => (10 ** (decibels / 20)).toFixed(7);
  const envelope = `if(lt(t\\,20)\\,${amplitude(level)}\\,${amplitude(after ?? level)})`;
  const seconds = after === undefined ? 5 : 40;
  const channels = Array(layout === "stereo" ? 2 : 5).fill(`${envelope}*sin(2000*PI*t)`);
  const sound = `-f lavfi -i aevalsrc=${channels.join("|")}:d=${seconds}:s=48000:c=${layout}`;
  const name = `tone-${level}-${layout}-${after ?? ""}.mov`;
  return build(name, `-f lavfi -i color=s=32x32:r=5:d=${seconds} ${sound} ${X264} -c:a pcm_f32le`);
}

/** Quiet noise, like a room's, with a knock every half a second: more than 15 dB between its loudness and its peaks. */
export function knocks(seconds: number): Promise<string> {
  const room = `anoisesrc=c=pink:a=0.1:seed=7:r=48000:d=${seconds}[room]`;
  const knock = `aevalsrc=0.6*lt(mod(t\\,0.5)\\,0.01)*sin(1600*PI*t):d=${seconds}:s=48000[knock]`;
  const sound = `-f lavfi -i ${room};${knock};[room][knock]amix=normalize=0,aformat=channel_layouts=stereo`;
  const picture = `-f lavfi -i color=s=32x32:r=5:d=${seconds}`;
  return build(`knocks-${seconds}.mov`, `${picture} ${sound} ${X264} -c:a pcm_f32le`);
}

/** Black, a picture in motion, and grey, with a tone: as it comes, 8.2 s with cuts at 1.2 and at 5.2 s. */
export function cuts(black = 1.2, motion = 4): Promise<string> {
  const parts = [`color=black:d=${black}`, `testsrc2=d=${motion}`, "color=gray:d=3"].map(
    (source, index) => `${source}:s=320x240:r=25[${index}]`,
  );
  return build(
    "cuts.mp4",
    `-f lavfi -i ${parts.join(";")};[0][1][2]concat=3 ${tone(black + motion + 3)} ${X264} ${AAC}`,
  );
}

const REORDERED = "-c:v libx264 -preset medium -bf 3 -pix_fmt yuv420p -x264-params scenecut=0:";
const HEVC = "-c:v libx265 -preset ultrafast -bf 3 -pix_fmt yuv420p -x265-params log-level=error:scenecut=0:";
const EVERY_48 = "keyint=48:min-keyint=48";
const GROUPS = {
  "closed.mp4": `${REORDERED}${EVERY_48}`,
  "open.mp4": `${REORDERED}${EVERY_48}:open-gop=1`,
  "one-early.mp4": `${REORDERED}keyint=95:min-keyint=95:open-gop=1`,
  "one-late.mp4": `${REORDERED}keyint=97:min-keyint=97:open-gop=1`,
  "every-third.mp4": `${REORDERED}keyint=3:min-keyint=3:open-gop=1`,
  "open-hevc.mp4": `${HEVC}${EVERY_48}:open-gop=1`,
  "open-mpeg2.mov": "-c:v mpeg2video -b:v 2M -bf 2 -g 12",
  "intra.mov": "-c:v mjpeg -pix_fmt yuvj420p",
  // No whole number of ticks is a frame.
  "ticks.mp4": `${REORDERED}${EVERY_48} -video_track_timescale 600`,
} as const satisfies Record<string, string>;

export const GROUPED = Object.keys(GROUPS) as (keyof typeof GROUPS)[];

/** 216 frames in the rate of film, with or without a keyframe at the 97th, which is decoded before it is due. */
export function grouped(name: keyof typeof GROUPS): Promise<string> {
  return build(name, `${bars("320x240", "24000/1001", 9)} ${GROUPS[name]}`);
}

type Place = "first" | "last" | "only";

/** A sound in a coding that nobody has heard of, beside a timecode track, as cameras write one. */
export async function unknownSound(place: Place): Promise<string> {
  const maps = place === "only" ? "-map 0" : "-map 0 -map 0:a";
  const recipe = words(`-i ${await clip("wide.mp4")} ${maps} -c copy -timecode 01:00:00:00 -f mp4`);
  const path = await made(`timecode-${place}.mp4`, recipe, (draft) => ffmpeg([...recipe, draft]));
  const source = await readFile(path);
  const entry = place === "last" ? source.lastIndexOf("mp4a") : source.indexOf("mp4a");
  source.write("zz4a", entry, "latin1");
  // Its decoder's configuration names a coding, too: AAC is 0x40, and 0xc0 whatever its owner likes.
  const descriptor = source.indexOf(Buffer.from("0480808017", "hex"), entry);
  if (descriptor < 0 || source[descriptor + 5] !== 0x40)
    throw new Error("the sound is not as it was expected");
  source[descriptor + 5] = 0xc0;
  return bytes(`unknown-sound-${place}.mp4`, source);
}

/** A picture in a coding that nobody has heard of, before one that is known, and a font, as subtitles bring along. */
export async function unknownPicture(): Promise<string> {
  const font = await bytes("font.ttf", "no font");
  const attached = `-attach ${font} -metadata:s:t mimetype=application/x-truetype-font`;
  const recipe = words(`-i ${await clip("wide.mp4")} -map 0:v -map 0 -c copy ${attached} -f matroska`);
  const path = await made("two-pictures.mkv", recipe, (draft) => ffmpeg([...recipe, draft]));
  const source = await readFile(path);
  source.write("V_UNHEARD/OFZZZ", source.indexOf("V_MPEG4/ISO/AVC"), "latin1");
  return bytes("unknown-picture.mkv", source);
}
