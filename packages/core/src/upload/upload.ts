import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { db } from "../database/client.ts";
import { useTransaction } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { sourceKey } from "../storage/keys.ts";
import { head } from "../storage/storage.ts";
import {
  abortMultipart,
  completeMultipart,
  createMultipart,
  presignPart,
  presignPut,
  type UploadedPart,
} from "../storage/upload.ts";
import { fn } from "../util/fn.ts";
import type { CreateInput } from "../video/create.ts";
import { MAX_PARTS, MAX_URLS, planUpload } from "./plan.ts";
import {
  ensureUpload,
  findOpenUpload,
  findUpload,
  markCompleted,
  newExpiry,
  uploadNotOpen,
} from "./record.ts";
import { uploadTable, type UploadRow } from "./upload.sql.ts";

export interface PartUrl {
  readonly partNumber: number;
  readonly url: string;
}

/** How a source comes into the bucket: one PUT, or parts that are put together at the end. */
export type UploadTarget =
  | {
      readonly kind: "put";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly expiresAt: Date;
    }
  | {
      readonly kind: "multipart";
      readonly uploadId: string;
      readonly partSizeBytes: number;
      /** The first hundred at most. */
      readonly parts: readonly PartUrl[];
      readonly expiresAt: Date;
    };

type Announced = Pick<CreateInput, "sizeBytes" | "contentType" | "multipart"> & { readonly videoId: string };

/** Opens the upload of a new video, or hands out fresh URLs for the one that is open. */
export async function open(announced: Announced): Promise<UploadTarget> {
  const { videoId, sizeBytes, contentType = null, multipart = false } = announced;
  const upload = await ensureUpload(videoId, planUpload(sizeBytes, multipart));
  const target = { key: sourceKey(videoId), contentType };
  if (upload.kind === "put") {
    const headers: Record<string, string> = contentType === null ? {} : { "content-type": contentType };
    const url = await presignPut(target, sizeBytes ?? null);
    return { kind: "put", url, headers, expiresAt: upload.expiresAt };
  }
  const uploadId = upload.storageUploadId ?? (await begin(upload, target));
  const numbers = Array.from(
    { length: Math.min(upload.partCount ?? MAX_URLS, MAX_URLS) },
    (_, index) => index + 1,
  );
  const parts = await presignParts(target.key, uploadId, numbers);
  return {
    kind: "multipart",
    uploadId,
    partSizeBytes: upload.partSizeBytes ?? 0,
    parts,
    expiresAt: upload.expiresAt,
  };
}

const PartsInput = z.strictObject({
  partNumbers: z.array(z.int().min(1).max(MAX_PARTS)).min(1).max(MAX_URLS),
});

const PartsRequest = z.strictObject({ id: z.string(), ...PartsInput.shape });

/** URLs for more parts of an open upload, or for parts whose URLs have expired. */
export const requestParts = /* @__PURE__ */ fn(PartsRequest, async ({ id, partNumbers }) => {
  const upload = await findOpenUpload(id);
  if (upload.kind !== "multipart" || upload.storageUploadId === null) throw notMultipart();
  const expiresAt = newExpiry();
  await useTransaction(() =>
    db.update(uploadTable).set({ expiresAt }).where(eq(uploadTable.id, upload.id)).returning(),
  );
  return { parts: await presignParts(sourceKey(id), upload.storageUploadId, partNumbers), expiresAt };
});

const CompleteInput = z.strictObject({
  /** Every part, as the bucket answered its PUT. Left out for an upload by one PUT. */
  parts: z
    .array(z.strictObject({ partNumber: z.int().min(1).max(MAX_PARTS), etag: z.string().min(1).max(200) }))
    .min(1)
    .max(MAX_PARTS)
    .optional(),
});

const CompleteRequest = z.strictObject({ id: z.string(), ...CompleteInput.shape });

/** Ends an upload. What follows is set off by the bucket's event; a second call changes nothing. */
export const complete = /* @__PURE__ */ fn(CompleteRequest, async ({ id, parts }) => {
  const upload = await findUpload(id);
  if (upload.status === "completed") return;
  if (upload.status !== "open") throw uploadNotOpen();
  if (upload.kind === "multipart") await assemble(id, upload, parts);
  else if (!(await head(sourceKey(id)))) throw incomplete("Nothing was uploaded yet. PUT the file first.");
  await markCompleted(id);
});

/** Request bodies, without the id that stands in the path. */
export { CompleteInput, PartsInput };

/** Asks the bucket for a multipart upload. Of two requests at once the first keeps its own; the other's is given up. */
async function begin(
  upload: UploadRow,
  target: { key: string; contentType: string | null },
): Promise<string> {
  const storageUploadId = await createMultipart(target);
  const [kept] = await useTransaction(() =>
    db
      .update(uploadTable)
      .set({ storageUploadId })
      .where(and(eq(uploadTable.id, upload.id), isNull(uploadTable.storageUploadId)))
      .returning(),
  );
  if (kept) return storageUploadId;
  await abortMultipart(target.key, storageUploadId);
  const held = (await findUpload(upload.videoId)).storageUploadId;
  if (held === null) throw new Error(`Upload ${upload.id} lost its multipart upload.`);
  return held;
}

async function assemble(
  id: string,
  upload: UploadRow,
  parts: readonly UploadedPart[] | undefined,
): Promise<void> {
  if (!parts) throw incomplete("Name every part with its ETag.");
  if (upload.storageUploadId === null) throw notMultipart();
  const ordered = parts.toSorted((a, b) => a.partNumber - b.partNumber);
  const outcome = await completeMultipart(sourceKey(id), upload.storageUploadId, ordered);
  if (typeof outcome === "object") throw incomplete(`The bucket refused the parts: ${outcome.refused}`);
  // The answer of an earlier call may have been lost: then the object is there.
  if (outcome === "unknown" && !(await head(sourceKey(id)))) throw uploadNotOpen();
}

function presignParts(key: string, uploadId: string, numbers: readonly number[]): Promise<PartUrl[]> {
  return Promise.all(
    numbers.map(async (partNumber) => ({ partNumber, url: await presignPart(key, uploadId, partNumber) })),
  );
}

const notMultipart = () =>
  new VisibleError("conflict", "upload_not_multipart", "This upload is a single PUT.");
const incomplete = (detail: string) => new VisibleError("conflict", "upload_incomplete", detail);
