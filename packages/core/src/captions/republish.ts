import { invalidate } from "../cache/cache.ts";
import { afterTx, read, useTransaction } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import {
  buildDocuments,
  presentationKey,
  readPresentation,
  revised,
  writeRevision,
} from "../presentation/presentation.ts";
import { outputPrefix, type Attempt } from "../storage/keys.ts";
import { head } from "../storage/storage.ts";
import { change, lock } from "../video/lock.ts";
import { findRow } from "../video/video.ts";
import type { VideoRow } from "../video/video.sql.ts";
import { fingerprint, rowsOf, toTrack } from "./rows.ts";

/** Somebody sends words in ten languages at once, and each waits for the others. */
const MOST_TRIES = 20;

/**
 * Writes a ready video's playlists and manifest anew, with the words that it has now, and lets it show them. Nothing is
 * encoded. Videos that are not ready take their words when they are published. Without what the playlists were written
 * from: VisibleError `video_not_republishable`.
 */
export async function republish(videoId: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) if (await tryOnce(videoId)) return;
  throw new VisibleError("unavailable", "captions_busy", "The video's words change all the time. Try again.");
}

/** Throws VisibleError `video_not_republishable` for a ready video without what its playlists were written from. */
export async function assertRepublishable({ id, attempt, status }: VideoRow): Promise<void> {
  if (status !== "ready") return;
  if (!(await head(presentationKey(outputPrefix({ videoId: id, attempt }))))) throw notRepublishable();
}

/** False when the words have changed meanwhile, and what was written is old. */
async function tryOnce(videoId: string): Promise<boolean> {
  const video = await findRow(videoId);
  if (video?.status !== "ready") return true;
  const attempt = { videoId, attempt: video.attempt };
  const prefix = outputPrefix(attempt);
  const presentation = await readPresentation(prefix);
  if (!presentation) throw notRepublishable();
  const rows = await read(() => rowsOf(videoId));
  const documents = revised(
    buildDocuments(
      presentation,
      rows.map((row) => toTrack(row, prefix)),
    ),
  );
  await writeRevision(prefix, documents);
  const { playlists, manifest } = documents;
  const keys = { hlsKey: prefix + playlists.multivariant.key, dashKey: prefix + manifest.key };
  return useTransaction(() => show(attempt, fingerprint(rows), keys));
}

async function show(
  { videoId, attempt }: Attempt,
  written: string,
  keys: { readonly hlsKey: string; readonly dashKey: string },
): Promise<boolean> {
  const video = await lock(videoId);
  if (video?.status !== "ready" || video.attempt !== attempt) return true;
  if (fingerprint(await rowsOf(videoId)) !== written) return false;
  await change(videoId, keys);
  await afterTx(() => invalidate(videoId));
  return true;
}

function notRepublishable(): VisibleError {
  const message = "This video was made before words could be added. Create it again.";
  return new VisibleError("conflict", "video_not_republishable", message);
}
