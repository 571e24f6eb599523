import { batch } from "@preact/signals";
import { ApiError, explain } from "./api-error.ts";
import type { Api } from "./api.ts";
import { withFirstPage } from "./library.ts";
import { startPoller, type Attention, type Poller } from "./poll.ts";
import { find, tell, withFresh, type State } from "./state.ts";
import type { Video } from "./video.ts";

export const PAGE_SIZE = 24;
/** One failure in between is no news while the next look is a moment away. */
const FAILURES_UNTIL_TOLD = 2;
const MOMENT_MS = 2000;
/** Videos below the first page that are looked at one by one. */
const SINGLES_AT_MOST = 12;

export interface WatchContext {
  readonly api: Api;
  readonly state: State;
  readonly attention: Attention;
  /** True for a video that is worth a look every second. */
  readonly moves: (video: Video) => boolean;
}

/** Keeps the list up to date. */
export function watchList(context: WatchContext): Poller {
  const { library } = context.state;
  return watch(
    context,
    (signal) => loadList(context, signal),
    () => library.value?.videos.some(context.moves) ?? false,
  );
}

/** Keeps the video that has a page of its own up to date. */
export function watchVideo(context: WatchContext, id: string): Poller {
  return watch(
    context,
    (signal) => loadVideo(context, id, signal),
    () => {
      const video = find(context.state, id);
      return video ? context.moves(video) : false;
    },
  );
}

function watch(
  context: WatchContext,
  load: (signal: AbortSignal) => Promise<void>,
  isMoving: () => boolean,
): Poller {
  const { library, watched, outage, announcement } = context.state;
  return startPoller({
    load,
    isMoving,
    attention: context.attention,
    onSuccess: () => {
      if (outage.value !== null) announcement.value = "The connection is back.";
      outage.value = null;
    },
    onFailure: (error, failures, delayMs) => {
      const isBlank = library.value === null && watched.value === null;
      if (isBlank || failures >= FAILURES_UNTIL_TOLD || delayMs > MOMENT_MS) outage.value = explain(error);
    },
  });
}

/** Looks at the first page, and one by one at what moves below it. */
async function loadList({ api, state, moves }: WatchContext, signal: AbortSignal): Promise<void> {
  const begun = state.changes;
  const page = await api.list({ limit: PAGE_SIZE, cursor: null }, signal);
  const before = state.library.value ?? { videos: [], nextCursor: null };
  const merged = withFirstPage(before, page);
  const singles = merged.videos.slice(page.data.length).filter(moves).slice(0, SINGLES_AT_MOST);
  const looks = await Promise.all(
    singles.map(async ({ id }) => ({ id, video: await readOrNull(api, id, signal) })),
  );
  if (begun !== state.changes) return;
  const after = looks.reduce((known, { id, video }) => withFresh(known, id, video), merged);
  tell(state, before.videos, after.videos);
  state.library.value = after;
}

async function loadVideo({ api, state }: WatchContext, id: string, signal: AbortSignal): Promise<void> {
  const video = await readOrNull(api, id, signal);
  const { library, watched } = state;
  const before = find(state, id);
  if (video && before) tell(state, [before], [video]);
  batch(() => {
    watched.value = { id, video };
    if (library.value) library.value = withFresh(library.value, id, video);
  });
}

/** The video, or null when there is none any more. */
async function readOrNull(api: Api, id: string, signal: AbortSignal): Promise<Video | null> {
  try {
    return await api.read(id, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
