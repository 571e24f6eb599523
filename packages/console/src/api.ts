import { ApiError, errorOf, readAnswer, type Answer } from "./api-error.ts";
import type { Parser } from "./parse.ts";
import {
  createdVideo,
  localAddress,
  metadata,
  partUrls,
  video,
  videoPage,
  type CreatedVideo,
  type Metadata,
  type Video,
  type VideoPage,
} from "./video.ts";

/** Longer than the API's own limit of 29 seconds would only keep people waiting for an answer that never comes. */
const TIMEOUT_MS = 30_000;

interface NewVideo {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** The same key twice is the same video, so that a request without an answer can be sent again. */
  readonly idempotencyKey: string;
}

export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** The API's verbs. Each throws an `ApiError`, or the signal's reason when it was aborted. */
export interface Api {
  readonly list: (
    query: { limit: number; cursor: string | null },
    signal?: AbortSignal,
  ) => Promise<VideoPage>;
  readonly read: (id: string, signal?: AbortSignal) => Promise<Video>;
  readonly metadata: (id: string, signal?: AbortSignal) => Promise<Metadata>;
  readonly create: (input: NewVideo) => Promise<CreatedVideo>;
  readonly partUrls: (id: string, partNumbers: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  readonly complete: (completeUrl: string, parts: readonly UploadedPart[]) => Promise<void>;
  readonly cancel: (id: string) => Promise<void>;
  readonly retry: (id: string) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** The part of `fetch` that is used. */
type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** A client of the API that serves this page: every path is relative to it. */
export function createApi(fetch: Fetch = globalThis.fetch.bind(globalThis)): Api {
  const send = (path: string, options: RequestOptions = {}) => request(fetch, path, options);
  const read = async <T>(parse: Parser<T>, path: string, options?: RequestOptions) =>
    readAnswer(parse, await send(path, options));
  const post = async (path: string, body?: unknown) => {
    await send(path, { method: "POST", body });
  };
  return {
    list: ({ limit, cursor }, signal) => {
      const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) });
      return read(videoPage, `/videos?${query.toString()}`, { signal });
    },
    read: (id, signal) => read(video, videoPath(id), { signal }),
    metadata: (id, signal) => read(metadata, `/metadata/${encodeURIComponent(id)}`, { signal }),
    create: ({ idempotencyKey, ...body }) =>
      read(createdVideo, "/videos", { method: "POST", body, headers: { "idempotency-key": idempotencyKey } }),
    partUrls: async (id, partNumbers) => {
      const path = `${videoPath(id)}/upload/parts`;
      const { parts } = await read(partUrls, path, { method: "POST", body: { partNumbers } });
      return new Map(parts.map(({ partNumber, url }) => [partNumber, url]));
    },
    complete: (completeUrl, parts) => post(localAddress(completeUrl), { parts }),
    cancel: (id) => post(`${videoPath(id)}/cancel`),
    retry: (id) => post(`${videoPath(id)}/retry`),
    remove: async (id) => {
      await send(videoPath(id), { method: "DELETE" });
    },
  };
}

function videoPath(id: string): string {
  return `/videos/${encodeURIComponent(id)}`;
}

async function request(fetch: Fetch, path: string, options: RequestOptions): Promise<Answer> {
  const answer = await answerOf(fetch, path, options);
  if (answer.status < 400) return answer;
  throw errorOf(answer);
}

async function answerOf(fetch: Fetch, path: string, options: RequestOptions): Promise<Answer> {
  const { signal } = options;
  try {
    const response = await fetch(path, requestInit(options));
    return { status: response.status, headers: response.headers, body: await response.text() };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("unreachable", "The API cannot be reached.", { cause: error });
  }
}

function requestInit({ method = "GET", body, headers = {}, signal }: RequestOptions): RequestInit {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const json = body !== undefined;
  return {
    method,
    // Revalidate: what the browser remembers counts only if the API says so.
    cache: "no-cache",
    headers: { accept: "application/json", ...(json && { "content-type": "application/json" }), ...headers },
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    ...(json && { body: JSON.stringify(body) }),
  };
}
