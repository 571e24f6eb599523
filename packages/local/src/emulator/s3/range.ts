import { S3Error } from "./error.ts";

/** A range of bytes, of which `sizeBytes` is at least 1. */
export interface ByteRange {
  readonly start: number;
  readonly sizeBytes: number;
}

/**
 * Reads a Range header. A header of another form is ignored, as HTTP wants it; several ranges are too, since S3 answers
 * none. Throws InvalidRange when it lies outside.
 */
export function readRange(header: string | undefined, totalBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, totalBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? totalBytes : Math.min(totalBytes, Number(last) + 1);
  if (start < end) return { start, sizeBytes: end - start };
  const details = { RangeRequested: header ?? "", ActualObjectSize: String(totalBytes) };
  throw new S3Error("InvalidRange", details, { headers: { "content-range": `bytes */${totalBytes}` } });
}

/** A range of the form that copies take, which must lie inside. */
export function readCopyRange(header: string, totalBytes: number): ByteRange {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  const message =
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy";
  if (!match || end < start) throw new S3Error("InvalidArgument", {}, { message });
  if (end < totalBytes) return { start, sizeBytes: end - start + 1 };
  const outside = `Range specified is not valid for source object of size: ${totalBytes}`;
  throw new S3Error(
    "InvalidArgument",
    { ArgumentName: "x-amz-copy-source-range", ArgumentValue: header },
    { message: outside },
  );
}
