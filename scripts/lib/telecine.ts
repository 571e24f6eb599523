import { openAsBlob } from "node:fs";
import { basename } from "node:path";
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

export function createClient(baseUrl: string, signal: AbortSignal): Client {
  const call = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(new URL(path, `${baseUrl}/`), { ...init, signal }).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        throw new ApiError("api_unreachable", `The API does not answer: ${(error as Error).message}.`, true);
      },
    );
    const body = await response.json();
    if (response.ok) return body;
    const { code, title, detail } = Problem.parse(body);
    throw new ApiError(code, detail ?? title, response.status >= 500);
  };
  const post = (path: string, body: object) =>
    call(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    async upload(file, sizeBytes) {
      const { upload, ...video } = Created.parse(
        await post("videos", { fileName: basename(file), sizeBytes }),
      );
      const content = await openAsBlob(file);
      if ("method" in upload) {
        await put(upload.url, content, upload.headers, signal);
        return video;
      }
      const parts: { partNumber: number; etag: string }[] = [];
      for (const { partNumber, url } of upload.parts) {
        const start = (partNumber - 1) * upload.partSizeBytes;
        parts.push({
          partNumber,
          etag: await put(url, content.slice(start, start + upload.partSizeBytes), {}, signal),
        });
      }
      await post(upload.completeUrl, { parts });
      return video;
    },
    video: async (id) => Video.parse(await call(`videos/${id}`)),
    hasVideos: async () => List.parse(await call("videos?limit=1")).data.length > 0,
  };
}

/** Sends a file or a part of it, and returns what the store calls its contents. */
async function put(
  url: string,
  body: Blob,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  const response = await fetch(url, { method: "PUT", body, headers, signal });
  if (!response.ok)
    throw new ApiError(
      "upload_refused",
      `The upload was refused with ${response.status}: ${(await response.text()).slice(0, 300)}`,
    );
  return response.headers.get("etag") ?? "";
}
