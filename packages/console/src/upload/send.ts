import type { Api, UploadedPart } from "../api.ts";
import type { MultipartTarget, PutTarget, UploadTarget } from "../video.ts";
import { createPartProgress, partNumbers, partOf } from "./parts.ts";
import { ConnectionLostError, type PutAnswer, type PutRequest, type Transport } from "./transport.ts";

/** More connections to one host do not make an upload faster, and they starve the page's own requests. */
const PARTS_AT_ONCE = 3;
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 1000;
/** Storage answers this to a URL whose time is over. */
const EXPIRED = 403;

/** Storage refused the bytes, or could not be reached after several tries. The message is for people. */
export class UploadError extends Error {
  override readonly name = "UploadError";
}

export interface SendContext {
  readonly api: Pick<Api, "partUrls" | "complete">;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** The parts that storage has already: a second try sends only the others. */
  readonly done: Map<number, UploadedPart>;
  readonly onProgress: (sentBytes: number) => void;
  /** Resolves after so many milliseconds, or rejects when the upload was aborted. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Sends a file to where the API said. Throws an `UploadError`, an `ApiError`, or the signal's reason. */
export async function send(
  videoId: string,
  file: Blob,
  target: UploadTarget,
  context: SendContext,
): Promise<void> {
  if ("parts" in target) await sendParts(videoId, file, target, context);
  else await sendWhole(file, target, context);
}

async function sendWhole(file: Blob, { url, headers }: PutTarget, context: SendContext): Promise<void> {
  const { onProgress, signal } = context;
  const { status } = await putPatiently({ url, headers, body: file, signal, onProgress }, context);
  if (status === EXPIRED)
    throw new UploadError("The upload's address has expired. Try again to get a fresh one.");
  if (status >= 300) throw new UploadError(`The storage refused the file (status ${status}).`);
}

async function sendParts(
  videoId: string,
  file: Blob,
  target: MultipartTarget,
  context: SendContext,
): Promise<void> {
  const { api, done, signal } = context;
  const urls = new Map(target.parts.map(({ partNumber, url }) => [partNumber, url]));
  const freshUrl = async (partNumber: number): Promise<string> => {
    const url = (await api.partUrls(videoId, [partNumber])).get(partNumber);
    if (url === undefined) throw new UploadError(`The API gave no address for part ${partNumber}.`);
    return url;
  };
  const progress = createPartProgress(context.onProgress);
  const pending = partNumbers(file.size, target.partSizeBytes).filter((partNumber) => !done.has(partNumber));
  for (const partNumber of done.keys())
    progress(partNumber, partOf(file, partNumber, target.partSizeBytes).size);

  const sendNext = async (): Promise<void> => {
    for (let partNumber = pending.shift(); partNumber !== undefined; partNumber = pending.shift()) {
      const body = partOf(file, partNumber, target.partSizeBytes);
      const first = urls.get(partNumber) ?? (await freshUrl(partNumber));
      const etag = await sendPart({ partNumber, body, url: first, freshUrl, progress }, context);
      done.set(partNumber, { partNumber, etag });
    }
  };
  const worker = () =>
    sendNext().catch((error: unknown) => {
      pending.length = 0;
      throw error;
    });
  await allOrNone(Array.from({ length: PARTS_AT_ONCE }, worker));
  signal.throwIfAborted();
  await api.complete(
    target.completeUrl,
    [...done.values()].sort((a, b) => a.partNumber - b.partNumber),
  );
}

/** Waits for all, so that none still works when the first failure is told. */
async function allOrNone(workers: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(workers);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

interface Part {
  readonly partNumber: number;
  readonly body: Blob;
  readonly url: string;
  readonly freshUrl: (partNumber: number) => Promise<string>;
  readonly progress: (partNumber: number, sentBytes: number) => void;
}

async function sendPart(part: Part, context: SendContext): Promise<string> {
  const { partNumber, body, freshUrl, progress } = part;
  const { signal } = context;
  const onProgress = (sentBytes: number) => {
    progress(partNumber, sentBytes);
  };
  const put = (url: string) => putPatiently({ url, headers: {}, body, signal, onProgress }, context);
  const answer = await put(part.url);
  const { status, etag } = answer.status === EXPIRED ? await put(await freshUrl(partNumber)) : answer;
  if (status >= 300) throw new UploadError(`The storage refused part ${partNumber} (status ${status}).`);
  if (etag === null) {
    throw new UploadError(
      "The storage did not name the part it stored: its CORS rules must expose the ETag header.",
    );
  }
  progress(partNumber, body.size);
  return etag;
}

/** A PUT that is tried again when the connection is lost or storage is at fault, with longer and longer pauses. */
async function putPatiently(request: PutRequest, context: SendContext): Promise<PutAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await putOnce(request, context.transport);
    if (answer !== null && answer.status < 500) return answer;
    if (attempt === ATTEMPTS)
      throw new UploadError("The storage cannot be reached, or the file is no longer there.");
    request.onProgress(0);
    await context.wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
}

async function putOnce(request: PutRequest, transport: Transport): Promise<PutAnswer | null> {
  try {
    return await transport.put(request);
  } catch (error) {
    if (error instanceof ConnectionLostError) return null;
    throw error;
  }
}
