import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { ApiError, explain } from "../api-error.ts";
import type { Api } from "../api.ts";
import type { CreatedVideo } from "../video.ts";
import { createRate } from "./rate.ts";
import { send, UploadError } from "./send.ts";
import type { Transport } from "./transport.ts";
import { newUpload, pause, type Upload, type Work } from "./upload.ts";

/** Files beyond this wait their turn: two at once fill the line and leave each a fair share. */
const UPLOADS_AT_ONCE = 2;
/** What the API takes for a type. Browsers know few video formats and leave the rest empty. */
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

export interface UploadQueue {
  readonly uploads: ReadonlySignal<readonly Upload[]>;
  readonly add: (files: readonly File[]) => void;
  /** Goes on where a failed upload stopped. */
  readonly retry: (key: string) => void;
  /** Stops an upload and takes it, and the video it was to become, away. */
  readonly cancel: (key: string) => Promise<void>;
  /** Forgets an upload that is over. */
  readonly forget: (key: string) => void;
}

export interface UploadQueueOptions {
  readonly api: Pick<Api, "create" | "partUrls" | "complete" | "remove">;
  readonly transport: Transport;
  readonly onCreated: (video: CreatedVideo) => void;
  readonly onSent: (videoId: string) => void;
  readonly onRemoved: (videoId: string) => void;
  readonly now?: () => number;
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

interface Context extends Required<UploadQueueOptions> {
  readonly uploads: Signal<readonly Upload[]>;
  readonly works: Map<string, Work>;
}

/** The uploads of this tab: each creates a video and sends its file, a few at a time, in the order they were added. */
export function createUploadQueue(options: UploadQueueOptions): UploadQueue {
  const context: Context = { now: Date.now, wait: pause, ...options, uploads: signal([]), works: new Map() };
  const { uploads, works } = context;
  return {
    uploads,
    add: (files) => {
      const added = files.map(newUpload);
      for (const { upload, work } of added) works.set(upload.key, work);
      uploads.value = [...uploads.value, ...added.map(({ upload }) => upload)];
      startNext(context);
    },
    retry: (key) => {
      const work = works.get(key);
      if (!work) return;
      work.aborting = new AbortController();
      update(context, key, { stage: "queued", error: null });
      startNext(context);
    },
    cancel: async (key) => {
      const work = works.get(key);
      if (!work) return;
      work.aborting.abort(new Error("The upload was canceled."));
      forget(context, key);
      if (work.videoId !== null) await takeAway(context, work.videoId);
    },
    forget: (key) => {
      forget(context, key);
    },
  };
}

function startNext(context: Context): void {
  const { uploads, works } = context;
  const active = uploads.value.filter(({ stage }) => stage === "creating" || stage === "sending").length;
  const next = uploads.value
    .filter(({ stage }) => stage === "queued")
    .slice(0, Math.max(0, UPLOADS_AT_ONCE - active));
  for (const { key } of next) {
    const work = works.get(key);
    if (work) void run(context, key, work);
  }
}

async function run(context: Context, key: string, work: Work): Promise<void> {
  const { signal } = work.aborting;
  try {
    update(context, key, { stage: "creating", error: null });
    const video = await create(context, work, signal);
    update(context, key, { stage: "sending", videoId: video.id, bytesPerSecond: null });
    await transfer(context, key, work, video);
    update(context, key, { stage: "sent", sentBytes: work.file.size });
    context.onSent(video.id);
  } catch (error) {
    if (signal.aborted) return;
    update(context, key, {
      stage: "failed",
      error: error instanceof UploadError ? error.message : explain(error),
    });
  } finally {
    startNext(context);
  }
}

/**
 * A later try asks again: with its key it gets the same video, and fresh URLs. A request that is under way is never
 * aborted, because only its answer tells what to take away.
 */
async function create(context: Context, work: Work, signal: AbortSignal): Promise<CreatedVideo> {
  const { name, size, type } = work.file;
  const contentType = MEDIA_TYPE.test(type) ? type : "application/octet-stream";
  const { idempotencyKey } = work;
  const video = await context.api.create({ fileName: name, sizeBytes: size, contentType, idempotencyKey });
  if (signal.aborted) await takeAway(context, video.id);
  signal.throwIfAborted();
  work.videoId = video.id;
  context.onCreated(video);
  return video;
}

async function transfer(
  context: Context,
  key: string,
  work: Work,
  { id, upload }: CreatedVideo,
): Promise<void> {
  const { api, transport, now, wait } = context;
  const { signal } = work.aborting;
  const rate = createRate();
  await send(id, work.file, upload, {
    api,
    transport,
    signal,
    done: work.done,
    onProgress: (sentBytes) => {
      update(context, key, { sentBytes, bytesPerSecond: rate.note(sentBytes, now()) });
    },
    wait: (milliseconds) => wait(milliseconds, signal),
  });
}

/** A video whose bytes never came is of no use to anybody. */
async function takeAway({ api, onRemoved }: Context, videoId: string): Promise<void> {
  try {
    await api.remove(videoId);
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
  onRemoved(videoId);
}

function update({ uploads }: Context, key: string, change: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) => (upload.key === key ? { ...upload, ...change } : upload));
}

function forget({ uploads, works }: Context, key: string): void {
  works.delete(key);
  uploads.value = uploads.value.filter((upload) => upload.key !== key);
}
