import { signal, type Signal } from "@preact/signals";
import { changesOf } from "./announce.ts";
import { withoutVideo, withVideo, type Library } from "./library.ts";
import type { Video } from "./video.ts";

/** What the API said of one video: null when there is none. */
interface Watched {
  readonly id: string;
  readonly video: Video | null;
}

/** What the page knows. */
export interface State {
  /** Null until the first answer. */
  readonly library: Signal<Library | null>;
  /** The video that has a page of its own; null until the first answer. */
  readonly watched: Signal<Watched | null>;
  /** Why the page shows old news, for people; null while all is well. */
  readonly outage: Signal<string | null>;
  /** What a screen reader should say now. */
  readonly announcement: Signal<string>;
  /** Counts what this page changed itself: an answer that was asked for before such a change is old. */
  changes: number;
}

export function createState(): State {
  return {
    library: signal(null),
    watched: signal(null),
    outage: signal(null),
    announcement: signal(""),
    changes: 0,
  };
}

/** Changes the library at once, without waiting for the next look. */
export function change(state: State, edit: (known: Library) => Library): void {
  state.changes += 1;
  if (state.library.value) state.library.value = edit(state.library.value);
}

/** What is known of a video: undefined while nobody has asked, null when there is none. */
export function find(
  { library, watched }: Pick<State, "library" | "watched">,
  id: string,
): Video | null | undefined {
  if (watched.value?.id === id) return watched.value.video;
  return library.value?.videos.find((video) => video.id === id);
}

/** Says what is different between two looks at the same videos. */
export function tell(state: State, before: readonly Video[], after: readonly Video[]): void {
  const news = changesOf(before, after);
  if (news.length > 0) state.announcement.value = news.join(" ");
}

/** The library with a video that it knows as it is now, which may be gone. */
export function withFresh(library: Library, id: string, video: Video | null): Library {
  if (video === null) return withoutVideo(library, id);
  return library.videos.some((known) => known.id === id) ? withVideo(library, video) : library;
}
