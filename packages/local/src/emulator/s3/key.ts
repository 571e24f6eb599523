import { invalid, S3Error } from "./error.ts";

const MAX_KEY_BYTES = 1024;

/** Refuses keys that are too long, or that the index could not hold. */
export function checkKey(key: string): string {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > MAX_KEY_BYTES)
    throw new S3Error("KeyTooLongError", { Size: String(sizeBytes), MaxSizeAllowed: String(MAX_KEY_BYTES) });
  if (key.includes("\0")) throw invalid("InvalidURI", "Keys with a NUL character are not offered locally.");
  return key;
}
