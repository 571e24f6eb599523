import { expect, test } from "vitest";
import { compositeChecksum, createHasher, isChecksum, joinedChecksum } from "./checksum.ts";
import type { ChecksumAlgorithm } from "./types.ts";

async function checksum(algorithm: ChecksumAlgorithm, ...chunks: (string | Buffer)[]): Promise<Buffer> {
  const hasher = createHasher(algorithm);
  for (const chunk of chunks) hasher.update(Buffer.from(chunk));
  return hasher.digest();
}

// The check values of the CRC catalogue, and FIPS 180's for "abc".
test.each([
  ["CRC32", "123456789", "cbf43926"],
  ["CRC32C", "123456789", "e3069283"],
  ["CRC64NVME", "123456789", "ae8b14860a799888"],
  ["SHA1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
  ["SHA256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
] as const)(
  "%s of %j has its published value, in one chunk or several",
  async (algorithm, text, expected) => {
    expect((await checksum(algorithm, text)).toString("hex")).toBe(expected);
    expect((await checksum(algorithm, text.slice(0, 1), text.slice(1))).toString("hex")).toBe(expected);
  },
);

test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)(
  "%s of a whole follows from its parts",
  async (algorithm) => {
    const sizes = [5_000_000, 5_000_000, 1, 0, 12_345];
    const parts = sizes.map((sizeBytes, index) => Buffer.alloc(sizeBytes, `part ${index} `));
    const described = await Promise.all(
      parts.map(async (part) => ({
        checksum: (await checksum(algorithm, part)).toString("base64"),
        sizeBytes: part.length,
      })),
    );
    const whole = (await checksum(algorithm, Buffer.concat(parts))).toString("base64");
    expect(joinedChecksum(algorithm, described)).toBe(whole);
  },
);

test("a composite checksum is that of the parts' checksums, with their number behind it", async () => {
  const parts = [await checksum("SHA256", "a"), await checksum("SHA256", "b")];
  const expected = await checksum("SHA256", Buffer.concat(parts));
  const text = parts.map((part) => part.toString("base64"));
  expect(await compositeChecksum("SHA256", text)).toBe(`${expected.toString("base64")}-2`);
});

test.each([
  ["CRC32", "NhCmhg==", true],
  ["CRC32", "NhCmhg", false],
  ["CRC32", "NhCmhg==NhCmhg==", false],
  ["CRC64NVME", "NhCmhg==", false],
  ["CRC32", "?", false],
] as const)("as a %s, %j is possible: %s", (algorithm, text, expected) => {
  expect(isChecksum(algorithm, text)).toBe(expected);
});
