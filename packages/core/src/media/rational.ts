/** An exact fraction, as media files state rates: 30000/1001. Both are positive integers without a common divisor. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/** Reads `30000/1001`. Undefined when it is no positive fraction: ffprobe says `0/0` when it does not know. */
export function parseRational(text: string): Rational | undefined {
  const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
  const [num, den] = [Number(match?.[1]), Number(match?.[2])];
  return num > 0 && den > 0 ? reduce(num, den) : undefined;
}

export function formatRational({ num, den }: Rational): string {
  return `${num}/${den}`;
}

export function toNumber({ num, den }: Rational): number {
  return num / den;
}

/** A number to three decimals as a fraction: 12.5 becomes 25/2. */
export function fromNumber(value: number): Rational {
  return reduce(Math.max(1, Math.round(value * 1000)), 1000);
}

export function divide({ num, den }: Rational, divisor: number): Rational {
  return reduce(num, den * divisor);
}

function reduce(num: number, den: number): Rational {
  const divisor = greatestCommonDivisor(num, den);
  return { num: num / divisor, den: den / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
