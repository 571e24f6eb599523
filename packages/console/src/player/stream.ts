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

/** Connects a video element with an HLS stream. Nothing plays until the element is told to. */
export async function openStream(
  video: HTMLVideoElement,
  url: string,
  events: StreamEvents,
): Promise<Stream> {
  if (playsHlsBest(window, video)) return openNative(video, url, events);
  const Library = await loadHls();
  if (Library.isSupported()) return openHls(new Library({ ...SETTINGS }), Library, { video, url, events });
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
    events.onQualities(qualitiesOf(hls));
  });
  hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => {
    events.onQuality(level);
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

/** Named as the renditions are: by the short side. */
function qualitiesOf({ levels }: Hls): Quality[] {
  return levels
    .map(({ width, height }, index) => ({ index, shortSide: Math.min(width, height) }))
    .toSorted((a, b) => b.shortSide - a.shortSide)
    .map(({ index, shortSide }) => ({ index, name: `${shortSide}p` }));
}
