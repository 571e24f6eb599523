import { expect, it } from "vitest";
import { readNumber } from "./numbered.ts";

/** A picture of 20 x 2, two pixels a stripe. */
function stripes(bits: string): Uint8Array {
  const row = bits.split("").flatMap((bit) => (bit === "1" ? [230, 225] : [20, 25]));
  return new Uint8Array([...row, ...row]);
}

it.each([
  ["0000000000", 0],
  ["1000000000", 1],
  ["0001000000", 8],
  ["0110100101", 662],
])("the stripes %s say %d", (bits, number) => {
  expect(readNumber(stripes(bits), 20)).toBe(number);
});
