import { z } from "zod";
import { parseRational, type Rational } from "@telecine/core/media/rational";
import type { FirstFrames } from "./first-frames.ts";
import { SideData } from "./side-data.ts";

/** ffprobe writes numbers as text, and leaves out or writes `N/A` for what it does not know. */
const number = z.coerce.number().optional().catch(undefined);
const count = z.coerce.number().int().nonnegative().optional().catch(undefined);
/** What ffprobe does not know is 0 here. */
const size = z.coerce.number().int().positive().optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const ratio = z
  .string()
  .optional()
  .catch(undefined)
  .transform((value) => (value === undefined ? undefined : parseRational(value.replace(":", "/"))));

const ProbeStream = z.object({
  index: z.int().nonnegative(),
  codec_type: text,
  codec_name: text,
  profile: text,
  width: size,
  height: size,
  pix_fmt: text,
  sample_aspect_ratio: ratio,
  field_order: text,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  r_frame_rate: ratio,
  avg_frame_rate: ratio,
  start_time: number,
  duration: number,
  bit_rate: count,
  sample_fmt: text,
  sample_rate: size,
  channels: size,
  channel_layout: text,
  tags: z.object({ language: text, title: text }).default({}),
  disposition: z
    .object({
      default: count,
      forced: count,
      attached_pic: count,
      comment: count,
      hearing_impaired: count,
      visual_impaired: count,
    })
    .default({}),
  side_data_list: z.array(SideData).default([]),
});
export type ProbeStream = z.infer<typeof ProbeStream>;

const ProbeChapter = z.object({
  start_time: number,
  end_time: number,
  tags: z.object({ title: text }).default({}),
});

const Probe = z.object({
  streams: z.array(ProbeStream).default([]),
  chapters: z.array(ProbeChapter).default([]),
  format: z.object({
    format_name: z.string(),
    start_time: number,
    duration: number,
    bit_rate: count,
    tags: z.record(z.string(), z.string()).default({}),
  }),
});
export type Probe = z.infer<typeof Probe>;

/** Reads ffprobe's JSON. Throws a ZodError or SyntaxError when it is not what ffprobe writes. */
export function parseProbe(json: string): Probe {
  return Probe.parse(JSON.parse(json));
}

/** The moving picture: the default one of those that can be decoded, else the first. A cover image is none. */
export function pictureOf(probe: Probe): ProbeStream | undefined {
  return preferred(moving(probe).filter(({ pix_fmt, width }) => isKnown(pix_fmt) && width));
}

/** Every stream that says it is a moving picture, whether it can be decoded or not. */
export function moving({ streams }: Probe): ProbeStream[] {
  return streams.filter(({ codec_type, disposition }) => codec_type === "video" && !disposition.attached_pic);
}

/** The tracks of sound that a decoder was found for, the default one first. */
export function soundsOf({ streams }: Probe): ProbeStream[] {
  const sounds = streams.filter(({ codec_type, sample_fmt, sample_rate, channels }) =>
    Boolean(codec_type === "audio" && isKnown(sample_fmt) && sample_rate && channels),
  );
  const first = preferred(sounds);
  return first ? [first, ...sounds.filter((sound) => sound !== first)] : [];
}

/** Kinds of words that are text. Others (DVD, Blu-ray, DVB, PGS) are pictures, and nothing here reads pictures. */
const TEXTS = new Set(
  "ass eia_608 jacosub microdvd mov_text mpl2 pjs realtext sami srt ssa stl subrip subviewer subviewer1 text vplayer webvtt".split(
    " ",
  ),
);

/** The tracks of words that can be told as text, in the order of the file. */
export function wordsOf({ streams }: Probe): ProbeStream[] {
  return streams.filter(
    ({ codec_type, codec_name }) => codec_type === "subtitle" && TEXTS.has(codec_name ?? ""),
  );
}

/** What this many channels without a layout are for, ffmpeg does not guess. */
const MOST_GUESSED = 8;

export function hasUnknownLayout({ channels = 0, channel_layout: layout }: ProbeStream): boolean {
  return channels > MOST_GUESSED && !isKnown(layout);
}

function preferred(streams: ProbeStream[]): ProbeStream | undefined {
  return streams.find(({ disposition }) => disposition.default) ?? streams[0];
}

/** A format of samples is known only where a decoder was found. */
function isKnown(format: string | undefined): boolean {
  return format !== undefined && format !== "unknown" && format !== "none";
}

/** Clockwise degrees that a player turns the coded picture, in quarters: 0, 90, 180 or 270. */
export function rotationOf({ side_data_list }: ProbeStream): number {
  const turned = side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const quarters = turned / -90;
  // Other angles are drawn inside the unturned frame.
  if (Math.abs(quarters - Math.round(quarters)) > 0.02) return 0;
  return (((Math.round(quarters) % 4) + 4) % 4) * 90;
}

/** Width and height as displayed: with square pixels, upright. */
export function displaySize(stream: ProbeStream): { width: number; height: number } {
  const { width = 0, height = 0, sample_aspect_ratio: aspect } = stream;
  const displayed = aspect ? Math.max(1, Math.round((width * aspect.num) / aspect.den)) : width;
  return rotationOf(stream) % 180 === 0 ? { width: displayed, height } : { width: height, height: displayed };
}

const INTERLACED = new Set(["tt", "bb", "tb", "bt"]);

/** Said by the container, or by the frames themselves: some containers cannot say it. */
export function isInterlaced({ field_order }: ProbeStream, { fieldOrder }: FirstFrames): boolean {
  return INTERLACED.has(field_order ?? "") || fieldOrder !== null;
}

/** The rates that a stream states, the steadier one first. */
export function statedRates({ r_frame_rate, avg_frame_rate }: ProbeStream): Rational[] {
  return [r_frame_rate, avg_frame_rate].filter((rate) => rate !== undefined);
}
