import { readClosed } from "@telecine/core/captions/closed";
import { writeWebVtt } from "@telecine/core/captions/webvtt";
import { parseRational } from "@telecine/core/media/rational";
import { WEBVTT } from "@telecine/core/presentation/presentation";
import { putText } from "@telecine/core/storage/storage";
import type { EncodedCaptions, ReadyResult } from "@telecine/core/task/contract";

/** Nothing in the picture says in which language it is spoken. */
const UNKNOWN = { language: "und", kind: "captions" } as const;

/**
 * Makes words that are hidden in the pictures a file for each channel, beside those that the task has stored. Here, because
 * what is said goes on from one task's part of a video to the next one's.
 */
export async function storeClosed(
  { closedData, renditions }: ReadyResult,
  prefix: string,
): Promise<EncodedCaptions[]> {
  const [rendition] = renditions;
  const rate = parseRational(rendition?.frameRate ?? "");
  if (!rendition || !rate || closedData.length === 0) return [];
  const channels = readClosed(closedData, rendition.frameCount, rate);
  return Promise.all(
    channels.map(async ({ name, cues }) => {
      const text = writeWebVtt(cues);
      const key = `captions/${name.toLowerCase()}.vtt`;
      await putText(prefix + key, text, WEBVTT);
      return { ...UNKNOWN, key, sizeBytes: Buffer.byteLength(text), title: name, cueCount: cues.length };
    }),
  );
}
