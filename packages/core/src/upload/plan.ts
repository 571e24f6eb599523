const MIB = 1024 * 1024;

/** Up to here one PUT will do: a connection that breaks costs at most this much again. */
const SINGLE_PUT_BYTES = 100 * MIB;
/** S3 takes no more parts than this. */
export const MAX_PARTS = 10_000;
const PART_BYTES = 16 * MIB;
/** URLs in one answer: each has about 500 bytes, and API Gateway passes on 10 MB, Lambda 6 MB. */
export const MAX_URLS = 100;

export type UploadPlan =
  | { readonly kind: "put" }
  | {
      readonly kind: "multipart";
      /** Of every part but the last. */
      readonly partSizeBytes: number;
      /** Null where the size was not announced. */
      readonly partCount: number | null;
    };

/** One PUT for what is small or of unknown size; parts for what is larger, or where the caller wants them. */
export function planUpload(sizeBytes: number | undefined, multipart: boolean): UploadPlan {
  if (!multipart && (sizeBytes ?? 0) <= SINGLE_PUT_BYTES) return { kind: "put" };
  if (sizeBytes === undefined) return { kind: "multipart", partSizeBytes: PART_BYTES, partCount: null };
  const least = Math.ceil(sizeBytes / MAX_PARTS / MIB) * MIB;
  const partSizeBytes = Math.max(PART_BYTES, least);
  return { kind: "multipart", partSizeBytes, partCount: Math.max(1, Math.ceil(sizeBytes / partSizeBytes)) };
}
