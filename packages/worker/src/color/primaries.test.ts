import { expect, it } from "vitest";
import { conversion, type Matrix, multiply, PRIMARIES, toXyz } from "./primaries.ts";

function expectMatrix(actual: Matrix, expected: readonly (readonly number[])[]): void {
  actual.flat().forEach((value, index) => {
    expect(value).toBeCloseTo(expected.flat()[index] ?? NaN, 3);
  });
}

it("BT.2020 becomes BT.709 as in ITU-R BT.2407-0, section 2", () => {
  expectMatrix(conversion(PRIMARIES.bt2020, PRIMARIES.bt709), [
    [1.6605, -0.5876, -0.0728],
    [-0.1246, 1.1329, -0.0083],
    [-0.0182, -0.1006, 1.1187],
  ]);
});

it("luminance is what BT.709 and BT.2020 say it is made of", () => {
  expectMatrix(
    [toXyz(PRIMARIES.bt709)[1], toXyz(PRIMARIES.bt2020)[1], [0, 0, 0]],
    [
      [0.2126, 0.7152, 0.0722],
      [0.2627, 0.678, 0.0593],
      [0, 0, 0],
    ],
  );
});

it("white stays white", () => {
  for (const primaries of [PRIMARIES.bt2020, PRIMARIES.smpte432]) {
    const white = multiply(conversion(primaries, PRIMARIES.bt709), [1, 1, 1]);
    for (const value of white) expect(value).toBeCloseTo(1, 9);
  }
});
