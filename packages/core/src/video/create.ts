import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { db } from "../database/client.ts";
import { useTransaction } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { record } from "../event/event.ts";
import { askedOf, Settings } from "../settings/settings.ts";
import { sourceKey } from "../storage/keys.ts";
import { idempotencyTable } from "../upload/idempotency.sql.ts";
import { open, type UploadTarget } from "../upload/upload.ts";
import { fn } from "../util/fn.ts";
import { createdAtOf, createId } from "../util/id.ts";
import { cleanText, titleOf } from "../util/text.ts";
import type { VideoInfo } from "./info.ts";
import { videoTable } from "./video.sql.ts";
import { current } from "./video.ts";

/** The largest source that is accepted: what a task's disk of 100 GB holds with its outputs. */
export const MAX_SOURCE_BYTES = 50_000_000_000;
export const MAX_TITLE_LENGTH = 200;
export const MAX_FILE_NAME_LENGTH = 255;

export const CreateInput = z.strictObject({
  /** What a person calls the file. Only shown: the key in the bucket is ours. */
  fileName: z.string().max(4096).overwrite(cleanText).max(MAX_FILE_NAME_LENGTH).optional(),
  sizeBytes: z.int().nonnegative().max(MAX_SOURCE_BYTES).optional(),
  contentType: z
    .string()
    .max(255)
    .regex(/^[\w.+-]+\/[\w.+-]+$/)
    .optional(),
  title: z.string().max(4096).overwrite(cleanText).max(MAX_TITLE_LENGTH).optional(),
  /** Upload in parts, even where one request would do. */
  multipart: z.boolean().optional(),
  settings: Settings.optional(),
});
export type CreateInput = z.infer<typeof CreateInput>;

const Request = z.strictObject({
  input: CreateInput,
  /** The caller's name for this request: repeating it with the same input gives the same video. */
  idempotencyKey: z.string().min(1).max(255).optional(),
});

export interface CreatedVideo {
  readonly video: VideoInfo;
  readonly upload: UploadTarget;
}

/**
 * A video that waits for its source, and how to upload it. The same idempotency key with another input: VisibleError
 * `idempotency_key_reused`.
 */
export const create = /* @__PURE__ */ fn(
  Request,
  async ({ input, idempotencyKey }): Promise<CreatedVideo> => {
    const newId = createId("video");
    const id = await useTransaction(async () => {
      const id = idempotencyKey === undefined ? newId : await claim(idempotencyKey, input, newId);
      if (id === newId) await insert(newId, input);
      return id;
    });
    return { video: await current(id), upload: await open({ ...input, videoId: id }) };
  },
);

/** Gives the id of the video that belongs to a key: a new one, or that of the first request with it. */
async function claim(key: string, input: CreateInput, newId: string): Promise<string> {
  const requestHash = createHash("sha256").update(canonical(input)).digest("hex");
  await db.insert(idempotencyTable).values({ key, requestHash, videoId: newId }).onConflictDoNothing();
  const [held] = await db.select().from(idempotencyTable).where(eq(idempotencyTable.key, key));
  if (!held) throw new Error("An idempotency key vanished inside of its own transaction.");
  if (held.requestHash === requestHash) return held.videoId;
  throw new VisibleError(
    "unprocessable",
    "idempotency_key_reused",
    "This Idempotency-Key was used for another request. Use a new key for a new video.",
  );
}

/** Equal for equal requests, in whatever order their fields came. */
function canonical(input: CreateInput): string {
  return JSON.stringify(input, (_, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

async function insert(
  id: string,
  { fileName, title, contentType, sizeBytes, settings }: CreateInput,
): Promise<void> {
  const row = {
    ...{ id, createdAt: createdAtOf(id) },
    title: firstFilled(title, titleOf(fileName ?? ""), "Untitled"),
    fileName: fileName === "" ? null : (fileName ?? null),
    contentType: contentType ?? null,
    sizeBytes: sizeBytes ?? null,
    sourceKey: sourceKey(id),
    settings: settings ? askedOf(settings) : {},
  };
  // After a connection that broke in COMMIT the row may be there: the id is ours alone.
  const rows = await db
    .insert(videoTable)
    .values(row)
    .onConflictDoNothing({ target: videoTable.id })
    .returning();
  if (rows.length > 0) await record({ videoId: id, attempt: 1, type: "video.created", data: { via: "api" } });
}

function firstFilled(...texts: (string | undefined)[]): string {
  return texts.find((text) => text !== undefined && text !== "") ?? "";
}
