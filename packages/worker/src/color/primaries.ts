export type Triple = readonly [number, number, number];
export type Matrix = readonly [Triple, Triple, Triple];

/** CIE 1931 coordinates of red, green and blue, and of white. */
export interface Primaries {
  readonly red: readonly [x: number, y: number];
  readonly green: readonly [x: number, y: number];
  readonly blue: readonly [x: number, y: number];
  readonly white: readonly [x: number, y: number];
}

const D65 = [0.3127, 0.329] as const;

/** By the names that ffmpeg gives them: those that HDR is made with. All have the same white. */
export const PRIMARIES = {
  bt709: { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 },
  bt2020: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  smpte432: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 },
} as const satisfies Record<string, Primaries>;

/** What makes linear light of some primaries into CIE XYZ, white having a luminance of 1 (SMPTE RP 177). */
export function toXyz({ red, green, blue, white }: Primaries): Matrix {
  const columns = transpose([xyz(red), xyz(green), xyz(blue)]);
  const [r, g, b] = multiply(invert(columns), xyz(white));
  return transpose([scale(xyz(red), r), scale(xyz(green), g), scale(xyz(blue), b)]);
}

/** What makes linear light of some primaries into the same light of others. */
export function conversion(from: Primaries, to: Primaries): Matrix {
  const back = invert(toXyz(to));
  return transpose(transpose(toXyz(from)).map((column) => multiply(back, column)) as unknown as Matrix);
}

export function multiply([x, y, z]: Matrix, vector: Triple): Triple {
  return [dot(x, vector), dot(y, vector), dot(z, vector)];
}

export function dot([a, b, c]: Triple, [x, y, z]: Triple): number {
  return a * x + b * y + c * z;
}

export function scale([x, y, z]: Triple, factor: number): Triple {
  return [x * factor, y * factor, z * factor];
}

function xyz([x, y]: readonly [number, number]): Triple {
  return [x / y, 1, (1 - x - y) / y];
}

function transpose([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  return [
    [a, d, g],
    [b, e, h],
    [c, f, i],
  ];
}

function cross([a, b, c]: Triple, [x, y, z]: Triple): Triple {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

function invert(matrix: Matrix): Matrix {
  const [x, y, z] = matrix;
  const columns: Matrix = [cross(y, z), cross(z, x), cross(x, y)];
  const factor = 1 / dot(x, cross(y, z));
  return transpose([scale(columns[0], factor), scale(columns[1], factor), scale(columns[2], factor)]);
}
