import { useEffect, useState } from "preact/hooks";

/** What a video is doing. Times in seconds. */
export interface Playback {
  readonly isPaused: boolean;
  readonly isWaiting: boolean;
  readonly hasBegun: boolean;
  readonly atSeconds: number;
  readonly durationSeconds: number;
  /** Up to where it can be played without loading. */
  readonly bufferedSeconds: number;
  readonly volume: number;
  readonly isMuted: boolean;
}

const STILL: Playback = {
  isPaused: true,
  isWaiting: false,
  hasBegun: false,
  atSeconds: 0,
  durationSeconds: 0,
  bufferedSeconds: 0,
  volume: 1,
  isMuted: false,
};

const EVENTS = [
  "play",
  "playing",
  "pause",
  "waiting",
  "seeking",
  "seeked",
  "ended",
  "timeupdate",
  "durationchange",
  "progress",
  "volumechange",
  "emptied",
] as const;

/** Follows a video element. */
export function usePlayback(video: HTMLVideoElement | null): Playback {
  const [playback, setPlayback] = useState(STILL);
  useEffect(() => {
    if (!video) return;
    const listening = new AbortController();
    const note = () => {
      setPlayback(snapshot(video));
    };
    for (const event of EVENTS) video.addEventListener(event, note, { signal: listening.signal });
    note();
    return () => {
      listening.abort();
    };
  }, [video]);
  return playback;
}

function snapshot(video: HTMLVideoElement): Playback {
  return {
    isPaused: video.paused,
    isWaiting: !video.paused && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !video.ended,
    hasBegun: video.played.length > 0 || video.currentTime > 0 || !video.paused,
    atSeconds: video.currentTime,
    durationSeconds: Number.isFinite(video.duration) ? video.duration : 0,
    bufferedSeconds: bufferedUpTo(video),
    volume: video.volume,
    isMuted: video.muted,
  };
}

function bufferedUpTo({ buffered, currentTime }: HTMLVideoElement): number {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime && currentTime <= buffered.end(index))
      return buffered.end(index);
  }
  return currentTime;
}
