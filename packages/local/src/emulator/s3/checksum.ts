import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import type { ChecksumAlgorithm } from "./types.ts";

/**
 * The checksums that S3 offers beside MD5.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export const ALGORITHMS: readonly ChecksumAlgorithm[] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

export interface Hasher {
  update(data: Buffer): void;
  digest(): Promise<Buffer>;
}

interface Algorithm {
  readonly sizeBytes: number;
  create(): Hasher;
  /** The reversed polynomial of a cyclic redundancy check, whose values for parts can be joined. */
  readonly polynomial?: bigint;
}

const ALGORITHM: Readonly<Record<ChecksumAlgorithm, Algorithm>> = {
  CRC32: { sizeBytes: 4, create: createCrc32, polynomial: 0xedb88320n },
  CRC32C: { sizeBytes: 4, create: () => fromLibrary(new Crc32c()), polynomial: 0x82f63b78n },
  CRC64NVME: { sizeBytes: 8, create: () => fromLibrary(new Crc64Nvme()), polynomial: 0x9a6c9329ac4bc9b5n },
  SHA1: { sizeBytes: 20, create: () => fromNode("sha1") },
  SHA256: { sizeBytes: 32, create: () => fromNode("sha256") },
};

export function createHasher(algorithm: ChecksumAlgorithm): Hasher {
  return ALGORITHM[algorithm].create();
}

/** The header that carries this checksum, lower case. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The name in an XML element: `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** The algorithm of this name, any case; undefined when there is none. */
export function readAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
}

/** Whether the text can be a checksum of this kind: base64 of the right length. */
export function isChecksum(algorithm: ChecksumAlgorithm, text: string): boolean {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === ALGORITHM[algorithm].sizeBytes && bytes.toString("base64") === text;
}

/** Whether the checksum of a whole can be computed from those of its parts. */
export function canJoin(algorithm: ChecksumAlgorithm): boolean {
  return ALGORITHM[algorithm].polynomial !== undefined;
}

/** The checksum over the checksums of the parts, as S3 writes it: with the number of parts behind it. Base64 in and out. */
export async function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly string[],
): Promise<string> {
  const hasher = createHasher(algorithm);
  hasher.update(Buffer.concat(parts.map((part) => Buffer.from(part, "base64"))));
  return `${(await hasher.digest()).toString("base64")}-${parts.length}`;
}

/** The checksum of a whole from those of its parts, without reading a byte of it. Base64 in and out. */
export function joinedChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly checksum: string; readonly sizeBytes: number }[],
): string {
  const { polynomial, sizeBytes } = ALGORITHM[algorithm];
  if (polynomial === undefined) throw new Error(`${algorithm} of parts cannot be joined.`);
  const field = createField(polynomial, sizeBytes * 8);
  const joined = parts.reduce((crc, part) => {
    const next = BigInt(`0x${Buffer.from(part.checksum, "base64").toString("hex")}`);
    return field.multiply(crc, field.shiftOf(part.sizeBytes)) ^ next;
  }, 0n);
  return Buffer.from(joined.toString(16).padStart(sizeBytes * 2, "0"), "hex").toString("base64");
}

/**
 * Polynomials over GF(2) modulo a CRC's, in reversed bit order: the highest bit is x^0. Appending n zero bytes to data
 * multiplies its CRC by x^(8n), which is why the CRC of two parts is that of the first, shifted, plus that of the second.
 */
function createField(polynomial: bigint, bits: number) {
  const one = 1n << BigInt(bits - 1);
  const timesX = (value: bigint) => (value & 1n ? (value >> 1n) ^ polynomial : value >> 1n);
  const multiply = (a: bigint, b: bigint) => {
    let product = 0n;
    for (let bit = one, power = b; bit > 0n; bit >>= 1n, power = timesX(power)) if (a & bit) product ^= power;
    return product;
  };
  const shifts = new Map<number, bigint>();
  const shiftOf = (sizeBytes: number) => {
    const known = shifts.get(sizeBytes);
    if (known !== undefined) return known;
    let result = one;
    for (let exponent = BigInt(sizeBytes) * 8n, power = timesX(one); exponent > 0n; exponent >>= 1n) {
      if (exponent & 1n) result = multiply(result, power);
      power = multiply(power, power);
    }
    shifts.set(sizeBytes, result);
    return result;
  };
  return { multiply, shiftOf };
}

function createCrc32(): Hasher {
  let value = 0;
  return {
    update: (data) => {
      value = crc32(data, value);
    },
    async digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

function fromLibrary(hasher: { update(data: Uint8Array): void; digest(): Promise<Uint8Array> }): Hasher {
  return {
    update: (data) => {
      hasher.update(data);
    },
    digest: async () => Buffer.from(await hasher.digest()),
  };
}

function fromNode(name: string): Hasher {
  const hash = createHash(name);
  return {
    update: (data) => void hash.update(data),
    digest: async () => hash.digest(),
  };
}
