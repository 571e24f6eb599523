/** One size that a video is encoded in. */
export interface Rung {
  /** `1080p`: the short side. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The most that rate control may spend; constant quality usually spends less. */
  readonly maxBitrateKbps: number;
}

/** What is to be encoded, as displayed: square pixels, upright, at the rate that it is encoded in. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** By short side, best first. Bitrates are for 16:9 at up to 30 frames a second (x264 veryfast, CRF 23). */
const RUNGS = [
  { shortSide: 1080, maxBitrateKbps: 5000 },
  { shortSide: 720, maxBitrateKbps: 2800 },
  { shortSide: 480, maxBitrateKbps: 1400 },
  { shortSide: 360, maxBitrateKbps: 800 },
  { shortSide: 240, maxBitrateKbps: 400 },
] as const;

const LARGEST = RUNGS[0];
const SMALLEST = RUNGS[RUNGS.length - 1] ?? LARGEST;

/** A source this much larger than the rung below it gets a rung of its own size. */
const WORTH_A_RUNG = 1.1;

/** Twice the frames do not need twice the bits: neighbours are more alike. */
const HIGH_RATE = { above: 30.5, factor: 1.5 } as const;

/**
 * The rungs a picture deserves, best first and at least one: never larger than the picture, in its aspect ratio, with
 * even sides. Pictures above 1080p start at 1080p.
 */
export function ladderFor(picture: Picture): Rung[] {
  const own = Math.min(even(Math.min(picture.width, picture.height)), LARGEST.shortSide);
  const standard = RUNGS.map(({ shortSide }) => shortSide).filter((shortSide) => shortSide <= own);
  const top = standard[0];
  const sides = top === undefined || own > top * WORTH_A_RUNG ? [own, ...standard] : standard;
  return sides.map((side) => rung(side, picture));
}

function rung(shortSide: number, picture: Picture): Rung {
  const long = longSide(shortSide, picture);
  const [width, height] = picture.width < picture.height ? [shortSide, long] : [long, shortSide];
  return {
    name: `${shortSide}p`,
    width,
    height,
    maxBitrateKbps: maxBitrate(shortSide, long, picture.framesPerSecond),
  };
}

/** The nearest even number that keeps the aspect ratio, but no pixel more than the picture has. */
function longSide(shortSide: number, { width, height }: Picture): number {
  const exact = (shortSide * Math.max(width, height)) / Math.min(width, height);
  return Math.min(Math.round(exact / 2) * 2, even(Math.max(width, height)));
}

function maxBitrate(shortSide: number, longSide: number, framesPerSecond: number): number {
  const shape = longSide / (shortSide * (16 / 9));
  const rate = framesPerSecond > HIGH_RATE.above ? HIGH_RATE.factor : 1;
  const kbps = bitrateOf(shortSide) * Math.min(Math.max(shape, 0.5), 2) * rate;
  return Math.max(Math.round(kbps / 10) * 10, 50);
}

/** Between two standard rungs, in proportion; below the smallest, by area. */
function bitrateOf(shortSide: number): number {
  const above = RUNGS.findLast((candidate) => candidate.shortSide >= shortSide) ?? LARGEST;
  const below = RUNGS.find((candidate) => candidate.shortSide <= shortSide);
  if (!below) return SMALLEST.maxBitrateKbps * (shortSide / SMALLEST.shortSide) ** 2;
  if (above === below) return above.maxBitrateKbps;
  const share = (shortSide - below.shortSide) / (above.shortSide - below.shortSide);
  return below.maxBitrateKbps + share * (above.maxBitrateKbps - below.maxBitrateKbps);
}

function even(pixels: number): number {
  return Math.max(2, Math.floor(pixels / 2) * 2);
}
