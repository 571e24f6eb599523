import type { UploadedPart } from "../api.ts";

/** `sent` is over for the browser; what happens then is told by the video. */
export type UploadStage = "queued" | "creating" | "sending" | "sent" | "failed";

/** What is shown of a file on its way. */
export interface Upload {
  readonly key: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly stage: UploadStage;
  readonly sentBytes: number;
  readonly bytesPerSecond: number | null;
  /** Null until the API has made a video of it. */
  readonly videoId: string | null;
  /** Why it failed, for people. */
  readonly error: string | null;
}

/** What an upload needs beyond what is shown of it. */
export interface Work {
  readonly file: File;
  readonly idempotencyKey: string;
  readonly done: Map<number, UploadedPart>;
  aborting: AbortController;
  videoId: string | null;
}

export function newUpload(file: File): { upload: Upload; work: Work } {
  const key = randomKey();
  const upload: Upload = {
    key,
    fileName: file.name,
    sizeBytes: file.size,
    stage: "queued",
    sentBytes: 0,
    bytesPerSecond: null,
    videoId: null,
    error: null,
  };
  const aborting = new AbortController();
  return { upload, work: { file, idempotencyKey: key, done: new Map(), aborting, videoId: null } };
}

/** Not `randomUUID`, which browsers offer to secure origins only: the page may be opened by a machine's name. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Resolves after a time, or rejects with the signal's reason. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
