import { expect, it } from "vitest";
import { tripletsOf } from "./triplets.ts";

/** A message of ATSC A/53 part 4, 6.2.3, with so many triplets. */
const message = (...triplets: string[]) => {
  const count = (0x40 | triplets.length).toString(16);
  const user = `b500314741393403${count}ff${triplets.join("")}ff`;
  return Buffer.from(`04${(user.length / 2).toString(16).padStart(2, "0")}${user}80`, "hex");
};

it("of what a picture says, CEA-608 in both fields is kept, and neither padding nor CEA-708 nor what is not valid", () => {
  const unit = message("fc9420", "fd1525", "fc8080", "fe1234", "ff0102", "f89420");
  expect(tripletsOf(unit)).toEqual(["fc9420", "fd1525"]);
});

it("another message, or another country's, says nothing", () => {
  expect(tripletsOf(Buffer.from("0502abcd80", "hex"))).toEqual([]);
  const [abroad, other] = [message("fc9420"), message("fc9420")];
  abroad[2] = 0x26;
  other[9] = 0x04;
  expect([tripletsOf(abroad), tripletsOf(other)]).toEqual([[], []]);
  expect(tripletsOf(Buffer.alloc(0))).toEqual([]);
});
