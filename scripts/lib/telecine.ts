import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** The parts of a video that this command shows; the whole of it is in the API's own description, `/openapi.json`. */
const Video = z.object({
  id: z.string(),
  status: z.enum(["waiting", "processing", "playable", "ready", "failed", "canceled"]),
  phase: z.string(),
  /** Null where nothing can be said of it. */
  progress: z.number().nullable(),
  speed: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  durationSeconds: z.number().nullable(),
  playback: z.object({ hls: z.string().nullable(), dash: z.string().nullable() }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type Video = z.infer<typeof Video>;

const Upload = z.union([
  z.object({ method: z.literal("PUT"), url: z.string(), headers: z.record(z.string(), z.string()) }),
  z.object({
    partSizeBytes: z.number(),
    parts: z.array(z.object({ partNumber: z.number(), url: z.string() })),
    completeUrl: z.string(),
  }),
]);
const Created = Video.extend({ upload: Upload });
const Problem = z.object({ code: z.string(), title: z.string(), detail: z.string().optional() });
const List = z.object({ data: z.array(Video) });

/** An answer of the API, or of the store behind its upload addresses, that is no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  /** The same question may be answered later. */
  readonly temporary: boolean;

  constructor(code: string, message: string, temporary = false) {
    super(message);
    this.code = code;
    this.temporary = temporary;
  }
}

/** The API as this command uses it: over HTTP only, like everybody else. */
export interface Client {
  /** Creates a video and sends the file. Resolves when the last byte is stored. */
  upload(file: string, sizeBytes: number): Promise<Video>;
  video(id: string): Promise<Video>;
  /** True when there is at least one video. */
  hasVideos(): Promise<boolean>;
}

/** The first wait before asking again, doubled each time up to the longest. */
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 4000;
/** An API that is away this long is not coming back by itself. */
const PATIENCE_MS = 120_000;

export function createClient(baseUrl: string, signal: AbortSignal): Client {
  const call = (path: string, init?: RequestInit) =>
    patiently(() => ask(new URL(path, `${baseUrl}/`), { ...init, signal }), signal);
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    call(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const send = (url: string, body: Blob, headers: Record<string, string>) =>
    patiently(() => put(url, body, headers, signal), signal);
  return {
    async upload(file, sizeBytes) {
      // Asked again with one key, it is one video.
      const created = await post(
        "videos",
        { fileName: basename(file), sizeBytes },
        { "idempotency-key": randomUUID() },
      );
      const { upload, ...video } = Created.parse(created);
      const content = await openAsBlob(file);
      if ("method" in upload) {
        await send(upload.url, content, upload.headers);
        return video;
      }
      const parts: { partNumber: number; etag: string }[] = [];
      for (const { partNumber, url } of upload.parts) {
        const start = (partNumber - 1) * upload.partSizeBytes;
        const part = content.slice(start, start + upload.partSizeBytes);
        parts.push({ partNumber, etag: await send(url, part, {}) });
      }
      await post(upload.completeUrl, { parts });
      return video;
    },
    video: async (id) => Video.parse(await call(`videos/${id}`)),
    hasVideos: async () => List.parse(await call("videos?limit=1")).data.length > 0,
  };
}

/** Asks again, a little later each time, as long as the trouble may pass. */
async function patiently<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await ask();
    } catch (error) {
      const mayPass = error instanceof ApiError && error.temporary;
      if (!mayPass || Date.now() + delayMs > deadline) throw error;
    }
    await sleep(delayMs, undefined, { signal });
  }
}

/** One request. Throws an {@link ApiError} for everything but a success. */
async function ask(url: URL, init: RequestInit): Promise<unknown> {
  const response = await reach("API", url, init);
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const problem = Problem.safeParse(parse(text));
  const temporary = response.status >= 500;
  // What stands in front of the API has answers of its own, when the API has died of a request for example.
  if (!problem.success)
    throw new ApiError("api_error", `The API answered with status ${response.status}.`, temporary);
  const { code, title, detail } = problem.data;
  throw new ApiError(code, detail ?? title, temporary);
}

async function reach(what: string, url: URL | string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new ApiError("api_unreachable", `The ${what} does not answer: ${why}.`, true);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON is no problem document either
  }
}

/** Sends a file or a part of it, and returns what the store calls its contents. */
async function put(
  url: string,
  body: Blob,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  const response = await reach("store", url, { method: "PUT", body, headers, signal });
  if (!response.ok)
    throw new ApiError(
      "upload_refused",
      `The upload was refused with ${response.status}: ${(await response.text()).slice(0, 300)}`,
      response.status >= 500,
    );
  return response.headers.get("etag") ?? "";
}
