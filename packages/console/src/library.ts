import type { Video, VideoPage } from "./video.ts";

/** The videos that the page knows, newest first, as far as they were loaded. */
export interface Library {
  readonly videos: readonly Video[];
  /** Where the next page begins. Null when everything is loaded. */
  readonly nextCursor: string | null;
}

/**
 * The library after another look at its first page. What was loaded below that page stays, and whatever the page does
 * not show any more is gone. When the page has no end in common with what is known, more came in than a page holds: it
 * starts anew, because nobody knows what lies between.
 */
export function withFirstPage(library: Library, page: VideoPage): Library {
  const lastId = page.data.at(-1)?.id;
  const joint = library.videos.findIndex(({ id }) => id === lastId);
  if (page.nextCursor === null || joint === -1) return { videos: page.data, nextCursor: page.nextCursor };
  return {
    videos: [...page.data, ...library.videos.slice(joint + 1)],
    nextCursor: nextCursorOf(library, page, joint),
  };
}

/** The page's own cursor while nothing is loaded below it. */
function nextCursorOf(library: Library, page: VideoPage, joint: number): string | null {
  return joint === library.videos.length - 1 ? page.nextCursor : library.nextCursor;
}

/** The library with another page at its end. A video that moved there meanwhile is not shown twice. */
export function withNextPage(library: Library, page: VideoPage): Library {
  const known = new Set(library.videos.map(({ id }) => id));
  const added = page.data.filter(({ id }) => !known.has(id));
  return { videos: [...library.videos, ...added], nextCursor: page.nextCursor };
}

/** The library with this video as it is now; one that is new to it comes first. */
export function withVideo(library: Library, video: Video): Library {
  const isKnown = library.videos.some(({ id }) => id === video.id);
  const videos = isKnown
    ? library.videos.map((known) => (known.id === video.id ? video : known))
    : [video, ...library.videos];
  return { ...library, videos };
}

export function withoutVideo(library: Library, id: string): Library {
  return { ...library, videos: library.videos.filter((video) => video.id !== id) };
}
