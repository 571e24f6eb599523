import { type Step, STEPS } from "./profiles.ts";

/** What is to be encoded, as displayed: square pixels, upright, at the rate that it is encoded in. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** No side is longer than what decoders in hardware take: H.264 to level 5.2 at 4096x2304. */
const LONGEST_SIDE = 4096;

/** Twice the frames do not need twice the bits: neighbours are more alike. */
const HIGH_RATE = { above: 30.5, factor: 1.5 } as const;

const [LARGEST = { shortSide: 2160, maxBitrateKbps: 16_000 }] = STEPS;
const SMALLEST = STEPS.at(-1) ?? LARGEST;

/** The short side of a picture, even; of very wide ones, the one that keeps the long side within {@link LONGEST_SIDE}. */
export function shortSideOf({ width, height }: Picture): number {
  const [short, long] = width < height ? [width, height] : [height, width];
  return even(Math.min(short, (short * LONGEST_SIDE) / long));
}

/** The sides of a picture when it is made this small: even, of its shape, and no pixel more than it has. */
export function sizeAt(shortSide: number, picture: Picture): { width: number; height: number } {
  const { width, height } = picture;
  const exact = (shortSide * Math.max(width, height)) / Math.min(width, height);
  const long = Math.min(Math.round(exact / 2) * 2, even(Math.max(width, height)));
  return width < height ? { width: shortSide, height: long } : { width: long, height: shortSide };
}

/** The most that H.264 may spend on a size: by the ladder's steps, and the picture's shape and rate. */
export function capAt(shortSide: number, picture: Picture): number {
  const { width, height } = sizeAt(shortSide, picture);
  const shape = Math.max(width, height) / (shortSide * (16 / 9));
  const rate = picture.framesPerSecond > HIGH_RATE.above ? HIGH_RATE.factor : 1;
  return rounded(stepCap(shortSide) * Math.min(Math.max(shape, 0.5), 2) * rate);
}

/** Tens of kilobits, and never so few that an encoder cannot keep to them. */
export function rounded(kbps: number): number {
  return Math.max(Math.round(kbps / 10) * 10, 50);
}

/** Between two steps, in proportion; below the smallest, by area. */
function stepCap(shortSide: number): number {
  const above: Step = STEPS.findLast((step) => step.shortSide >= shortSide) ?? LARGEST;
  const below = STEPS.find((step) => step.shortSide <= shortSide);
  if (!below) return SMALLEST.maxBitrateKbps * (shortSide / SMALLEST.shortSide) ** 2;
  if (above === below) return above.maxBitrateKbps;
  const share = (shortSide - below.shortSide) / (above.shortSide - below.shortSide);
  return below.maxBitrateKbps + share * (above.maxBitrateKbps - below.maxBitrateKbps);
}

function even(pixels: number): number {
  return Math.max(2, Math.floor(pixels / 2) * 2);
}
