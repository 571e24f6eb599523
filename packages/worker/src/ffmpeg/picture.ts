import { formatRational } from "@telecine/core/media/rational";
import type { Rung } from "@telecine/core/ladder/ladder";
import { firstTile } from "@telecine/core/storyboard/storyboard";
import { THUMBNAIL_FOLDER } from "@telecine/core/storyboard/thumbnail";
import { firstHdrScale, firstScale, smaller } from "./color.ts";
import { JPEG_COLOR, shifted } from "./common.ts";
import { type EncodePlan, LOOKS_FILE, OUTPUT_FOLDER, SCENES_FILE, STORYBOARD_FOLDER } from "./plan.ts";
import { words } from "./words.ts";

/** The pictures that a plan encodes, and those beside them: thumbnails and the sheets of the storyboard. */
export function pictureGraph(plan: EncodePlan): string {
  const { sdr, hdr } = sizesOf(plan);
  const beside = [thumbnailGraph(plan), looksGraph(plan), storyboardGraph(sdr.length - 1, plan)];
  const taken = withLooks(withThumbnails(sdr, plan.thumbnail));
  return [...scaledTo({ sdr: taken, hdr }, plan), ...beside].join(";");
}

/** The pictures that a plan encodes, and no others. */
export function rungsGraph(plan: EncodePlan): string {
  const sizes = sizesOf(plan);
  return [...scaledTo(sizes, plan), `[from${sizes.sdr.length - 1}]nullsink`].join(";");
}

/**
 * The picture of one rung alone, below the number 0: the same to the last pixel as among the others, because it is scaled by
 * the same steps.
 */
export function rungGraph(rung: Rung, plan: EncodePlan): string {
  const rungs = plan.rungs.filter(({ videoRange }) => videoRange === rung.videoRange);
  const isOwn = ({ width, height }: Size) => width === rung.width && height === rung.height;
  const only = (sizes: readonly Size[]) =>
    sizes.map((size) => ({ ...size, pads: isOwn(size) ? ["[v0]"] : [] }));
  const { sdr } = sizesOf({ ...plan, rungs });
  return [...scaledTo({ sdr: only(sdr), hdr: [] }, plan), `[from${sdr.length - 1}]nullsink`].join(";");
}

/** Each size is scaled from the one above it: three quarters of the work of scaling each from the source. */
function scaledTo({ sdr, hdr }: Sizes, plan: EncodePlan): string[] {
  const { color } = plan.video;
  const head = framesOf(plan);
  const first = (size: Size) => firstScale(size, color);
  if (hdr.length === 0) return scaled(sdr, head, first, "from");
  if (color.kind !== "tone-map") throw new Error("HDR was asked of a picture that has none.");
  return [
    `${head},split=2[sdr][hdr]`,
    ...scaled(sdr, "[sdr]null", first, "from"),
    ...scaled(hdr, "[hdr]null", (size) => firstHdrScale(size, color), "hdr"),
    // Nothing is made of the smallest but what is encoded.
    `[hdr${hdr.length - 1}]nullsink`,
  ];
}

/** The frames of a plan: progressive, at its rate, from its first to its last. */
function framesOf({ video, frameRate, firstFrame, frameCount }: EncodePlan): string {
  return [
    `[0:${video.streamIndex}]setpts=${shifted(video.startSeconds)}`,
    ...(video.interlaced ? ["bwdif=mode=send_frame:deint=interlaced"] : []),
    // The last picture counts, however short ffmpeg takes it for: `trim` knows how many there are.
    `fps=fps=${formatRational(frameRate)}:start_time=0:eof_action=pass`,
    `trim=start_frame=${firstFrame}:end_frame=${firstFrame + frameCount}`,
  ].join();
}

/** Makes pictures of several sizes, each from the one above it, and leaves one more of each below its number. */
function scaled(
  sizes: readonly Size[],
  head: string,
  first: (size: Size) => string[],
  rest: string,
): string[] {
  return sizes.map((size, index) => {
    // Square pixels in every rung: the even side of 854x480 is no reason to call them 1280:1281.
    const filters = index === 0 ? [head, ...first(size)].join() : `[${rest}${index - 1}]${smaller(size)}`;
    return `${filters},split=${size.pads.length + 1}${size.pads.join("")}[${rest}${index}]`;
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly pads: readonly string[];
}

/** Largest first, of each range of brightness. */
interface Sizes {
  readonly sdr: readonly Size[];
  readonly hdr: readonly Size[];
}

function sizesOf({ rungs }: EncodePlan): Sizes {
  const numbered = rungs.map((rung, index) => ({ rung, pad: `[v${index}]` }));
  return {
    sdr: sharedSizes(numbered.filter(({ rung }) => rung.videoRange === "SDR")),
    hdr: sharedSizes(numbered.filter(({ rung }) => rung.videoRange !== "SDR")),
  };
}

/** Rungs of one size, in whatever codec, share a picture: each has a pad of its number. */
function sharedSizes(numbered: readonly { readonly rung: Rung; readonly pad: string }[]): Size[] {
  const bySize = Map.groupBy(numbered, ({ rung: { width, height } }) => `${width}x${height}`);
  return [...bySize.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { width, height } = first.rung;
    return [{ width, height, pads: same.map(({ pad }) => pad) }];
  });
}

/** Thumbnails are made of the smallest size that is as large as they are. */
function withThumbnails(sizes: readonly Size[], { width }: EncodePlan["thumbnail"]): Size[] {
  const index = Math.max(
    sizes.findLastIndex((size) => size.width >= width),
    0,
  );
  return sizes.map((size, at) => (at === index ? { ...size, pads: [...size.pads, "[thumbs]"] } : size));
}

/** Keyframes are looked at where they are smallest. */
function withLooks(sizes: readonly Size[]): Size[] {
  return sizes.map((size, at) =>
    at === sizes.length - 1 ? { ...size, pads: [...size.pads, "[looks]"] } : size,
  );
}

function thumbnailGraph({ firstFrame, storyboard, thumbnail: { width, height } }: EncodePlan): string {
  const chosen = `select=not(mod(n+${firstFrame}\\,${storyboard.framesPerTile}))`;
  return `[thumbs]${chosen},scale=${width}:${height}:flags=bicubic:${JPEG_COLOR},format=yuvj420p[thumbnails]`;
}

/** It is noted how what becomes a keyframe looks, for choosing a poster among them. */
function looksGraph({ framesPerGroup }: EncodePlan): string {
  const keyframes = `select=not(mod(n\\,${framesPerGroup}))`;
  return `[looks]${keyframes},signalstats,blurdetect,metadata=mode=print:file=${LOOKS_FILE},nullsink`;
}

/**
 * On the smallest rung cuts are found, and every so many frames one is made smaller still and put on sheets: next to no
 * work beside the encode. Ahead of the sheets goes one of nothing, at once: ffmpeg reports no progress before each of its
 * outputs has begun (`print_report` of 5.1), and a sheet takes minutes to fill.
 */
function storyboardGraph(
  smallest: number,
  { firstFrame, storyboard }: Pick<EncodePlan, "firstFrame" | "storyboard">,
): string {
  const { framesPerTile, columns, rows, tileWidth, tileHeight } = storyboard;
  const cuts = `scdet,metadata=mode=print:key=lavfi.scd.time:file=${SCENES_FILE}`;
  const tiles = `scale=${tileWidth}:${tileHeight}:flags=bicubic:${JPEG_COLOR},format=yuvj420p`;
  return `[from${smallest}]${cuts},select=not(mod(n+${firstFrame}\\,${framesPerTile})),${tiles},tile=${columns}x${rows},tpad=start=1[board]`;
}

/** What the pictures beside the renditions become: one of nothing and the sheets, and thumbnails by their number. */
export function pictureArgs(plan: EncodePlan): string[] {
  const sheets = `${OUTPUT_FOLDER}/${STORYBOARD_FOLDER}/${plan.filePrefix}%03d.jpg`;
  const thumbnails = `${OUTPUT_FOLDER}/${THUMBNAIL_FOLDER}/%05d.jpg`;
  const start = firstTile(plan.firstFrame, plan.storyboard.framesPerTile);
  return [
    ...words`-map [board] -fps_mode passthrough -c:v mjpeg -q:v 5 -map_metadata -1 -bitexact`,
    ...words`-f image2 -start_number 0 ${sheets}`,
    ...words`-map [thumbnails] -fps_mode passthrough -c:v mjpeg -q:v 4 -map_metadata -1 -bitexact`,
    ...words`-f image2 -start_number ${start} ${thumbnails}`,
  ];
}
