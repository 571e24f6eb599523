import { createHmac } from "node:crypto";

/** One resource as it is registered, and what its answer may depend on. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accountId: string;
  readonly seed: string;
}

/** What AWS says of a resource that it made: its id, and attributes beyond the inputs. */
export interface Answer {
  readonly id: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Bytes that stay the same for one resource and one seed, and are unlike any other resource's. */
export function stableBytes({ seed, urn }: Registration, purpose: string, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let block = 0; block * 64 < length; block++) {
    blocks.push(createHmac("sha512", seed).update(`${urn} ${purpose} ${block}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** Hexadecimal digits, as in `vpc-0a1b2c3d4e5f67890`. */
export function hex(registration: Registration, length: number): string {
  return stableBytes(registration, "hex", length).toString("hex").slice(0, length);
}

/** Characters of an alphabet, as in `d111111abcdef8.cloudfront.net`. */
export function letters(
  registration: Registration,
  length: number,
  alphabet = "abcdefghijklmnopqrstuvwxyz0123456789",
): string {
  const bytes = stableBytes(registration, alphabet, length * 2);
  return Array.from(
    { length },
    (_, index) => alphabet[bytes.readUInt16BE(index * 2) % alphabet.length] ?? "",
  ).join("");
}

export function uuid(registration: Registration): string {
  const text = hex(registration, 32);
  return [
    text.slice(0, 8),
    text.slice(8, 12),
    `4${text.slice(13, 16)}`,
    `8${text.slice(17, 20)}`,
    text.slice(20),
  ].join("-");
}

/** A string among the inputs. Its absence is an error that names the resource. */
export function text({ inputs, type, name }: Registration, field: string): string {
  const value = inputs[field];
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`${type} "${name}" was registered without "${field}", which its answer is made of.`);
}

export function arn({ region, accountId }: Registration, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** The physical name: the one that the program gave, or the one that Pulumi's providers make up: `Topic-1a2b3c4`. */
export function physicalName(registration: Registration, field = "name"): string {
  const given = registration.inputs[field];
  return typeof given === "string" && given !== "" ? given : `${registration.name}-${hex(registration, 7)}`;
}
