import { effect, type ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./api.ts";
import { withNextPage, withoutVideo, withVideo, type Library } from "./library.ts";
import type { Attention, Poller } from "./poll.ts";
import { change, createState, find, type State } from "./state.ts";
import { createUploadQueue, type UploadQueue } from "./upload/queue.ts";
import type { Upload } from "./upload/upload.ts";
import type { Transport } from "./upload/transport.ts";
import { isMoving, type Video } from "./video.ts";
import { PAGE_SIZE, watchList, watchVideo, type WatchContext } from "./watch.ts";

/** What components read, and what they can do. */
export interface Model {
  readonly api: Api;
  readonly library: ReadonlySignal<Library | null>;
  /** What is known of a video: undefined while nobody has asked, null when there is none. */
  readonly find: (id: string) => Video | null | undefined;
  readonly outage: ReadonlySignal<string | null>;
  readonly announcement: ReadonlySignal<string>;
  readonly uploads: UploadQueue;
  /** Keeps the list up to date until the function that it returns is called. */
  readonly watchList: () => () => void;
  /** Keeps one video up to date, likewise. */
  readonly watchVideo: (id: string) => () => void;
  readonly loadMore: () => Promise<void>;
  /** Looks at once. */
  readonly refresh: () => Promise<void>;
  readonly cancel: (id: string) => Promise<void>;
  readonly retry: (id: string) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly announce: (sentence: string) => void;
}

export interface ModelOptions {
  readonly api: Api;
  readonly transport: Transport;
  readonly attention: Attention;
}

export function createModel({ api, transport, attention }: ModelOptions): Model {
  const state = createState();
  const { library, outage, announcement } = state;
  const watching = createWatching();
  const uploads = createUploads(state, { api, transport, onSent: () => void watching.refresh() });
  const moves = (video: Video) => isMoving(video) || isTakenUpSoon(uploads, video);
  const context: WatchContext = { api, state, attention, moves };
  const act = async (request: Promise<void>): Promise<void> => {
    await request;
    state.changes += 1;
    await watching.refresh();
  };
  return {
    api,
    library,
    find: (id) => find(state, id),
    outage,
    announcement,
    uploads,
    watchList: () => watching.begin(watchList(context)),
    watchVideo: (id) => watching.begin(watchVideo(context, id)),
    loadMore: () => loadMore(state, api),
    refresh: watching.refresh,
    cancel: (id) => act(api.cancel(id)),
    retry: (id) => act(api.retry(id)),
    remove: async (id) => {
      await api.remove(id);
      change(state, (known) => withoutVideo(known, id));
    },
    announce: (sentence) => {
      state.announcement.value = sentence;
    },
  };
}

/** The look that is under way: one at a time, that of the view which is shown. */
function createWatching() {
  let poller: Poller | null = null;
  return {
    begin: (own: Poller) => {
      poller = own;
      return () => {
        own.stop();
        if (poller === own) poller = null;
      };
    },
    refresh: async (): Promise<void> => {
      await poller?.refresh();
    },
  };
}

function createUploads(
  state: State,
  options: { api: Api; transport: Transport; onSent: () => void },
): UploadQueue {
  const queue = createUploadQueue({
    ...options,
    onCreated: (video) => {
      change(state, (known) => withVideo(known, video));
    },
    onRemoved: (id) => {
      change(state, (known) => withoutVideo(known, id));
    },
  });
  effect(() => {
    const { value: library } = state.library;
    if (library)
      for (const { key } of queue.uploads.value.filter((upload) => isOver(upload, library)))
        queue.forget(key);
  });
  return queue;
}

/** True when the video has more to tell than the upload: its bytes were taken up, or it was removed meanwhile. */
function isOver({ stage, videoId }: Upload, { videos }: Library): boolean {
  if (videoId === null || (stage !== "sent" && stage !== "failed")) return false;
  return videos.find(({ id }) => id === videoId)?.phase !== "uploading";
}

/** An upload of this tab that has ended is taken up by the workflow in a moment. */
function isTakenUpSoon({ uploads }: UploadQueue, { id, phase }: Video): boolean {
  return (
    phase === "uploading" && uploads.value.some(({ videoId, stage }) => videoId === id && stage === "sent")
  );
}

async function loadMore(state: State, api: Api): Promise<void> {
  const cursor = state.library.value?.nextCursor;
  if (!cursor) return;
  const page = await api.list({ limit: PAGE_SIZE, cursor });
  change(state, (known) => (known.nextCursor === cursor ? withNextPage(known, page) : known));
}

const ModelContext = createContext<Model | null>(null);
export const ModelProvider = ModelContext.Provider;

export function useModel(): Model {
  const model = useContext(ModelContext);
  if (!model) throw new Error("This component needs a ModelProvider around it.");
  return model;
}
