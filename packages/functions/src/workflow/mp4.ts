import { codecOf } from "@telecine/core/ladder/ladder";
import { getBytes, head } from "@telecine/core/storage/storage";
import {
  completeMultipart,
  createMultipart,
  putPart,
  type UploadedPart,
} from "@telecine/core/storage/upload";
import type { EncodedRendition, ReadyResult } from "@telecine/core/task/contract";
import { assemble, headBytesOf } from "../mp4/assemble.ts";
import { createPartSink } from "../mp4/parts.ts";
import { readTrack } from "../mp4/read.ts";
import { StepError } from "./error.ts";

export interface Mp4 {
  readonly key: string;
  readonly sizeBytes: number;
}

/** What every player and editor opens. */
const CODEC = "h264";
const MOST_SHORT_SIDE = 1080;

const HEADERS = { contentType: "video/mp4", cacheControl: "public, max-age=31536000, immutable" };

/**
 * Makes one file of a video that lies in segments: its best H.264 rendition up to 1080p with its default sound. Nothing is
 * encoded, so it needs no task; a function streams it from the bucket into the bucket. What was made before is not made
 * again: an object is there whole or not at all. Parts of an upload that came to no end, the bucket frees by itself.
 */
export async function makeMp4({ renditions, audio }: ReadyResult, prefix: string): Promise<Mp4> {
  const rendition = chosen(renditions);
  const key = `${prefix}${rendition.name}.mp4`;
  const made = await head(key);
  if (made) return { key, sizeBytes: made.sizeBytes };
  const parts = [rendition, ...audio.slice(0, 1)];
  const read = (file: string) => getBytes(prefix + file);
  const tracks = await Promise.all(parts.map((track) => readTrack(track, read)));
  const sizes = { headBytes: headBytesOf(tracks), fileBytes: bytesOf(parts) + headBytesOf(tracks) };
  const uploadId = await createMultipart({ key, ...HEADERS });
  const uploaded: UploadedPart[] = [];
  const send = async (partNumber: number, bytes: Uint8Array) => {
    uploaded.push({ partNumber, etag: await putPart({ key, uploadId, partNumber }, bytes) });
  };
  const { sizeBytes, samples } = await assemble(tracks, createPartSink(send, sizes));
  if (samples[0] !== rendition.frameCount)
    throw new Error(`The MP4 has ${samples[0]} frames of ${rendition.frameCount}.`);
  await complete(key, uploadId, uploaded);
  return { key, sizeBytes };
}

/** There is H.264 in every video (ladder/ladder.ts). */
function chosen(renditions: readonly EncodedRendition[]): EncodedRendition {
  const plain = renditions.filter(({ name }) => codecOf(name) === CODEC);
  const found = plain.find(({ width, height }) => Math.min(width, height) <= MOST_SHORT_SIDE) ?? plain.at(-1);
  if (!found) throw new Error("A video has a rendition in H.264.");
  return found;
}

function bytesOf(tracks: readonly Pick<EncodedRendition, "segments">[]): number {
  return tracks.flatMap(({ segments }) => segments).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function complete(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<void> {
  const inOrder = parts.toSorted((a, b) => a.partNumber - b.partNumber);
  const completion = await completeMultipart(key, uploadId, inOrder);
  // Another run of this step may have been faster: the next try finds what it made.
  if (completion !== "completed")
    throw new StepError("Unavailable", `The upload of ${key} was not completed.`);
}
