import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { SETTLED_WITHIN_MS } from "./target.ts";
import { until } from "./until.ts";

export interface Video {
  readonly id: string;
  readonly status: string;
  readonly phase: string;
  readonly progress: number;
  readonly title: string;
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly playback: {
    readonly hls: string | null;
    readonly dash: string | null;
    readonly mp4: string | null;
  };
  readonly mp4SizeBytes: number | null;
  readonly poster: string | null;
  readonly renditions: readonly {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly codecs: string;
  }[];
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
}

export async function get(url: string): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** What this process has uploaded and not removed. */
const uploaded = new Set<string>();

/** Leaves a stage as it was found. */
export async function removeUploads(baseUrl: string): Promise<void> {
  for (const id of uploaded) {
    const { status } = await fetch(`${baseUrl}/videos/${id}`, { method: "DELETE" });
    if (status >= 400 && status !== 404) throw new Error(`DELETE /videos/${id} answered ${status}.`);
    uploaded.delete(id);
  }
}

/** Sends a file the way the API's description says: create, then PUT to the address that comes back. */
export async function upload(
  baseUrl: string,
  content: Uint8Array<ArrayBuffer>,
  fields: object,
): Promise<string> {
  const created = await fetch(`${baseUrl}/videos`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sizeBytes: content.length, ...fields }),
  });
  const video = (await created.json()) as {
    id: string;
    upload: { method: string; url: string; headers: Record<string, string> };
  };
  if (created.status !== 201)
    throw new Error(`POST /videos answered ${created.status}: ${JSON.stringify(video)}`);
  uploaded.add(video.id);
  const stored = await fetch(video.upload.url, {
    method: video.upload.method,
    headers: video.upload.headers,
    body: content,
  });
  if (!stored.ok) throw new Error(`The upload was refused with ${stored.status}: ${await stored.text()}`);
  return video.id;
}

export async function uploadFile(baseUrl: string, path: string, fields: object = {}): Promise<string> {
  return upload(baseUrl, new Uint8Array(readFileSync(path)), { fileName: basename(path), ...fields });
}

async function videoOf(baseUrl: string, id: string): Promise<Video> {
  return (await get(`${baseUrl}/videos/${id}`)).body as Video;
}

/** Waits until nothing more will happen to the video by itself. */
export function settled(baseUrl: string, id: string, timeoutMs = SETTLED_WITHIN_MS): Promise<Video> {
  return until(
    `the end of ${id}`,
    async () => {
      const video = await videoOf(baseUrl, id).catch(() => undefined);
      return video && ["ready", "failed", "canceled"].includes(video.status) ? video : undefined;
    },
    timeoutMs,
  );
}
