import { createHash, randomUUID } from "node:crypto";

/**
 * The functions that Step Functions adds to JSONata:
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
 */
export const FUNCTIONS: readonly JsonataFunction[] = [
  {
    name: "partition",
    signature: "<an:a>",
    run: (values, size) => partition(values as unknown[], size as number),
  },
  {
    name: "range",
    signature: "<nnn:a>",
    run: (first, last, step) => range(first as number, last as number, step as number),
  },
  { name: "hash", signature: "<ss:s>", run: (text, algorithm) => hash(text as string, algorithm as string) },
  { name: "random", signature: "<n?:n>", run: (seed) => random(seed as number | undefined) },
  { name: "uuid", signature: "<:s>", run: () => randomUUID() },
  { name: "parse", signature: "<s:x>", run: (text) => JSON.parse(text as string) as unknown },
];

/** A function with JSONata's signature, which checks the arguments before they get here. */
interface JsonataFunction {
  readonly name: string;
  readonly signature: string;
  readonly run: (...args: unknown[]) => unknown;
}

/** A failure inside one of these functions; AWS has no code for them. */
class FunctionError extends Error {
  override readonly name = "FunctionError";
}

function partition(values: readonly unknown[], size: number): unknown[][] {
  if (!(size >= 1)) throw new FunctionError(`$partition needs a chunk size of at least 1, but got ${size}.`);
  const length = Math.floor(size);
  return Array.from({ length: Math.ceil(values.length / length) }, (_, index) =>
    values.slice(index * length, (index + 1) * length),
  );
}

const LONGEST_RANGE = 1_000_000;

/** From the first to the last number inclusive. A sequence as JSONata knows it: one element alone stands for itself. */
function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new FunctionError("$range needs a step other than 0.");
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LONGEST_RANGE) {
    throw new FunctionError(`$range would have ${length} elements; the limit is ${LONGEST_RANGE}.`);
  }
  const values = Array.from({ length }, (_, index) => first + index * step);
  return Object.defineProperty(values, "sequence", { value: true });
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(text: string, algorithm: string): string {
  const name = ALGORITHMS[algorithm];
  if (name) return createHash(name).update(text).digest("hex");
  throw new FunctionError(`$hash knows ${Object.keys(ALGORITHMS).join(", ")}, but got '${algorithm}'.`);
}

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** With a seed the number that `java.util.Random` gives, as AWS does; without one any number from 0 to 1. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  let state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  const bits = (count: bigint) => {
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return state >> (48n - count);
  };
  return Number((bits(26n) << 27n) + bits(27n)) / 2 ** 53;
}
