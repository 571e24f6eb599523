import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FileProgress } from "./progress.ts";
import { ApiError, type Client, type Video } from "./telecine.ts";

/** What became of one file: the line that `--once` prints for it. */
export interface Outcome {
  readonly file: string;
  readonly id: string | null;
  readonly status: Video["status"];
  readonly durationSeconds: number | null;
  readonly playback: Video["playback"];
  readonly error: { readonly code: string; readonly message: string } | null;
}

const POLL_MS = 500;
const FINAL = new Set<Video["status"]>(["ready", "failed", "canceled"]);

export interface Processing {
  readonly client: Client;
  readonly file: string;
  /** What a relative path starts from. */
  readonly folder: string;
  readonly progress: FileProgress;
  /** Ends the waiting; the video itself goes on. */
  readonly signal: AbortSignal;
}

/** Uploads a file and follows its video to the end. Never rejects: a file that cannot be processed is an outcome too. */
export async function processFile({ client, file, folder, progress, signal }: Processing): Promise<Outcome> {
  let id: string | null = null;
  try {
    const path = resolve(folder, file);
    const sizeBytes = await sizeOf(path, file);
    const uploaded = await client.upload(path, sizeBytes);
    ({ id } = uploaded);
    progress.show(uploaded);
    return outcomeOf(file, await follow(client, uploaded.id, progress, signal));
  } catch (error) {
    const code = error instanceof ApiError || error instanceof FileError ? error.code : "unexpected";
    if (!signal.aborted) progress.fail(code);
    return {
      file,
      id,
      status: "failed",
      durationSeconds: null,
      playback: { hls: null, dash: null },
      error: { code, message: (error as Error).message },
    };
  }
}

class FileError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

async function sizeOf(path: string, file: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw new FileError(
        "file_not_regular",
        `${file} is not a file. Name the files of a folder one by one.`,
      );
    await access(path, constants.R_OK);
    return found.size;
  } catch (error) {
    if (error instanceof FileError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new FileError("file_not_found", `There is no file ${path}. Check its name and its folder.`, {
        cause: error,
      });
    throw new FileError("file_unreadable", `${file} cannot be read: ${message}.`, { cause: error });
  }
}

async function follow(
  client: Client,
  id: string,
  progress: FileProgress,
  signal: AbortSignal,
): Promise<Video> {
  for (;;) {
    const video = await client.video(id);
    progress.show(video);
    if (FINAL.has(video.status)) return video;
    await sleep(POLL_MS, undefined, { signal });
  }
}

function outcomeOf(file: string, { id, status, durationSeconds, playback, error }: Video): Outcome {
  const canceled = { code: "canceled", message: "The video was canceled." };
  return {
    file,
    id,
    status,
    durationSeconds,
    playback,
    error: error ? { code: error.code, message: error.message } : status === "canceled" ? canceled : null,
  };
}
