import type Hls from "hls.js";
import type { ErrorData } from "hls.js";

/** One size that the stream offers; `index` is its place in the stream's own list. */
export interface Quality {
  readonly index: number;
  readonly name: string;
}

/** The player chooses by the network and the size on the screen. */
export const AUTO = -1;

export interface StreamEvents {
  /** The sizes on offer, best first. None where the browser plays by itself and offers no choice. */
  readonly onQualities: (qualities: readonly Quality[]) => void;
  /** The size that is being played. */
  readonly onQuality: (index: number) => void;
  /** There are more sizes by now: whoever opens the stream anew has them. */
  readonly onMoreQualities: () => void;
  /** Nothing more can be played. The message is for people. */
  readonly onFailure: (message: string) => void;
}

export interface Stream {
  readonly choose: (index: number) => void;
  readonly close: () => void;
}

const NATIVE_TYPE = "application/vnd.apple.mpegurl";

/**
 * True in Safari, which plays HLS itself and only then offers AirPlay. Newer Chromes answer `canPlayType` likewise, but
 * without any choice of quality, so the feature that only Safari has is what counts.
 */
export function playsHlsBest(browser: object, video: Pick<HTMLVideoElement, "canPlayType">): boolean {
  return "WebKitPlaybackTargetAvailabilityEvent" in browser && video.canPlayType(NATIVE_TYPE) !== "";
}

/** The library is seven times the size of the page, so it is loaded only where something plays. */
async function loadHls(): Promise<typeof Hls> {
  return (await import("hls.js")).default;
}

/** Connects a video element with an HLS stream, at a time of it. Nothing plays until the element is told to. */
export async function openStream(
  video: HTMLVideoElement,
  url: string,
  events: StreamEvents,
  startSeconds?: number,
): Promise<Stream> {
  if (playsHlsBest(window, video)) return openNative(video, url, events);
  const Library = await loadHls();
  const start = startSeconds === undefined ? {} : { startPosition: startSeconds };
  if (Library.isSupported())
    return openHls(new Library({ ...SETTINGS, ...start }), Library, { video, url, events });
  if (video.canPlayType(NATIVE_TYPE) !== "") return openNative(video, url, events);
  events.onFailure("This browser cannot play HLS streams.");
  return { choose: () => undefined, close: () => undefined };
}

const SETTINGS = {
  // CMAF segments need no remuxing to speak of.
  enableWorker: false,
  capLevelToPlayerSize: true,
  backBufferLength: 60,
} as const;

function openNative(video: HTMLVideoElement, url: string, events: StreamEvents): Stream {
  const listening = new AbortController();
  const failed = () => {
    events.onFailure("The stream could not be played.");
  };
  video.addEventListener("error", failed, { signal: listening.signal });
  video.src = url;
  return {
    choose: () => undefined,
    close: () => {
      listening.abort();
      video.removeAttribute("src");
      video.load();
    },
  };
}

interface Connection {
  readonly video: HTMLVideoElement;
  readonly url: string;
  readonly events: StreamEvents;
}

function openHls(hls: Hls, { Events, ErrorTypes }: typeof Hls, { video, url, events }: Connection): Stream {
  let hasRecovered = false;
  const onFatal = ({ type, details }: ErrorData) => {
    if (type === ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true;
      hls.recoverMediaError();
      return;
    }
    const cause = type === ErrorTypes.NETWORK_ERROR ? "could not be loaded" : "could not be decoded";
    events.onFailure(`The stream ${cause} (${details}).`);
  };
  hls.on(Events.MANIFEST_PARSED, () => {
    events.onQualities(qualitiesOf(hls.levels));
  });
  hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => {
    events.onQuality(offered(level, hls.levels));
  });
  // A video that is being made begins with one size, and the library reads the list of sizes only once.
  let isLooking = false;
  hls.on(Events.LEVEL_UPDATED, (_event, { details }) => {
    if (!details.live || hls.levels.length > 1 || isLooking) return;
    isLooking = true;
    void offersMore(url).then((offers) => {
      isLooking = false;
      // Without an element, it was closed meanwhile.
      if (offers && hls.media) events.onMoreQualities();
    });
  });
  hls.on(Events.ERROR, (_event, data) => {
    if (data.fatal) onFatal(data);
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    choose: (index) => {
      hls.nextLevel = index;
    },
    close: () => {
      hls.destroy();
    },
  };
}

/** Whether a multivariant playlist has several entries. One that cannot be had now is asked for again soon. */
async function offersMore(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { cache: "no-cache" });
    return answer.ok && ((await answer.text()).match(/^#EXT-X-STREAM-INF:/gm) ?? []).length > 1;
  } catch {
    return false;
  }
}

/** What hls.js says of a rendition that the browser can play. */
export interface Level {
  readonly width: number;
  readonly height: number;
  readonly bitrate: number;
  /** As the playlist calls it; SDR without it. */
  readonly videoRange?: string;
}

/**
 * Each size once, best first, named as the renditions are: of several codecs the one that takes the least for it. HDR is
 * for the library to choose, by the screen.
 */
export function qualitiesOf(levels: readonly Level[]): Quality[] {
  const sizes = [...new Set(levels.map(shortSideOf))].toSorted((a, b) => b - a);
  return sizes.map((shortSide) => ({ index: cheapest(shortSide, levels), name: `${shortSide}p` }));
}

/** The offered level that stands for one that is played, which may be in another codec. */
export function offered(level: number, levels: readonly Level[]): number {
  const played = levels[level];
  return played ? cheapest(shortSideOf(played), levels) : level;
}

function shortSideOf({ width, height }: Level): number {
  return Math.min(width, height);
}

function cheapest(shortSide: number, levels: readonly Level[]): number {
  const isOne = (level: Level) => shortSideOf(level) === shortSide && (level.videoRange ?? "SDR") === "SDR";
  const rates = levels.map((level) => (isOne(level) ? level.bitrate : Infinity));
  return rates.indexOf(Math.min(...rates));
}
