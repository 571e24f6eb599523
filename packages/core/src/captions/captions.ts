import { z } from "zod";
import { invalidate } from "../cache/cache.ts";
import { db } from "../database/client.ts";
import { afterTx, read, useTransaction } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { record } from "../event/event.ts";
import { WEBVTT } from "../presentation/presentation.ts";
import { captionKey } from "../storage/keys.ts";
import { deleteKeys, putText } from "../storage/storage.ts";
import { fn } from "../util/fn.ts";
import { createId } from "../util/id.ts";
import { cleanText } from "../util/text.ts";
import { lock } from "../video/lock.ts";
import { findRow, videoNotFound } from "../video/video.ts";
import { type CaptionRow, captionTable } from "./captions.sql.ts";
import { type CaptionInfo, Language, toCaptionInfo } from "./info.ts";
import { assertRepublishable, republish } from "./republish.ts";
import { deleteRows, rowsOf } from "./rows.ts";
import { type Problem, readCaptions, writeWebVtt } from "./webvtt.ts";

/** As many languages as people translate one film into, and then some. */
const MOST_OF_A_VIDEO = 100;
const MOST_PROBLEMS_SHOWN = 10;

/** A video's words, by language; VisibleError `video_not_found` where there is no video. */
export async function list(videoId: string): Promise<CaptionInfo[]> {
  if (!(await findRow(videoId))) throw videoNotFound();
  const rows = await read(() => rowsOf(videoId));
  return rows.map(toCaptionInfo);
}

const PutInput = z.strictObject({
  id: z.string(),
  language: z.string(),
  /** WebVTT or SubRip. */
  text: z.string(),
  kind: z.enum(["subtitles", "captions"]).default("subtitles"),
  /** What players call it; the language's own name otherwise. */
  title: z.string().max(400).overwrite(cleanText).max(64).optional(),
});

/**
 * Gives a video words in a language, in place of those it has there. A video that is ready shows them at once, under new
 * addresses of its playlists; others when they are ready. VisibleErrors: `video_not_found`, `language_invalid`,
 * `captions_not_utf8`, `captions_format_unknown`, `captions_invalid`, `captions_empty`, `captions_too_many`.
 */
export const put = /* @__PURE__ */ fn(PutInput, async ({ id: videoId, text, kind, title, ...input }) => {
  const language = parseLanguage(input.language);
  if (language === "und") throw languageInvalid();
  const { webVtt, cueCount } = await convert(text);
  const video = await findRow(videoId);
  if (!video) throw videoNotFound();
  await assertRepublishable(video);
  const id = createId("caption");
  const key = captionKey(videoId, id);
  await putText(key, webVtt, WEBVTT);
  const sizeBytes = Buffer.byteLength(webVtt);
  const row = {
    id,
    videoId,
    kind,
    language,
    title: title === "" ? null : (title ?? null),
    key,
    sizeBytes,
    cueCount,
  };
  const { added, replaced } = await useTransaction(() => replace({ ...row, origin: "upload" }));
  await republish(videoId);
  await deleteUploaded(replaced);
  return toCaptionInfo(added);
});

const RemoveInput = z.strictObject({ id: z.string(), language: z.string() });

/** Takes a video's words in a language away, sent or found. None there: VisibleError `captions_not_found`. */
export const remove = /* @__PURE__ */ fn(RemoveInput, async ({ id: videoId, ...input }): Promise<void> => {
  const language = parseLanguage(input.language);
  const removed = await useTransaction(async () => {
    const video = await lock(videoId);
    if (!video) throw videoNotFound();
    const rows = await deleteRows(videoId, language, { keepForced: false });
    if (rows.length === 0) throw captionsNotFound();
    await record({ videoId, attempt: video.attempt, type: "captions.removed", data: { language } });
    return rows;
  });
  await republish(videoId);
  await deleteKeys(removed.map(({ key }) => key));
});

async function replace(row: typeof captionTable.$inferInsert) {
  const { videoId, language } = row;
  const video = await lock(videoId);
  if (!video) throw videoNotFound();
  const replaced = await deleteRows(videoId, language, { keepForced: true });
  if ((await rowsOf(videoId)).length >= MOST_OF_A_VIDEO) throw tooMany();
  const [added] = await db.insert(captionTable).values(row).returning();
  if (!added) throw new Error("A caption vanished while it was written.");
  await record({ videoId, attempt: video.attempt, type: "captions.added", data: { language, key: row.key } });
  await afterTx(() => invalidate(videoId));
  return { added, replaced };
}

/** What was found in the source lies in the attempt's folder, and goes with it. */
async function deleteUploaded(rows: readonly CaptionRow[]): Promise<void> {
  await deleteKeys(rows.filter(({ origin }) => origin === "upload").map(({ key }) => key));
}

/** Made of it: WebVTT with nothing in it but times, places and words. */
async function convert(text: string): Promise<{ webVtt: string; cueCount: number }> {
  // API Gateway and the API write this for bytes that are not UTF-8.
  if (text.includes("\ufffd")) throw invalid("captions_not_utf8", "The text is not UTF-8. Save it as UTF-8.");
  const captions = await readCaptions(text);
  if (!captions) throw invalid("captions_format_unknown", "This is neither WebVTT nor SubRip (SRT).");
  if (captions.problems.length > 0) throw unreadable(captions.problems);
  if (captions.cues.length === 0) throw invalid("captions_empty", "There is no cue with words in it.");
  return { webVtt: writeWebVtt(captions.cues), cueCount: captions.cues.length };
}

function unreadable(problems: readonly Problem[]): VisibleError {
  const shown = problems.slice(0, MOST_PROBLEMS_SHOWN).map(({ line, message }) => `Line ${line}: ${message}`);
  const more = problems.length > shown.length ? [`And ${problems.length - shown.length} more.`] : [];
  return invalid("captions_invalid", [...shown, ...more].join(" "));
}

/** What was found in a source may have no language that is known; what is sent must say one. */
function parseLanguage(text: string): string {
  const parsed = Language.safeParse(text);
  if (parsed.success) return parsed.data;
  throw languageInvalid();
}

function languageInvalid(): VisibleError {
  return invalid("language_invalid", "Name the language by a tag such as en, pt-BR or zh-Hant (BCP 47).");
}

const invalid = (code: string, message: string) => new VisibleError("invalid", code, message);

function tooMany(): VisibleError {
  const message = `A video has words in at most ${MOST_OF_A_VIDEO} languages.`;
  return new VisibleError("conflict", "captions_too_many", message);
}

function captionsNotFound(): VisibleError {
  return new VisibleError("missing", "captions_not_found", "The video has no words in this language.");
}
