import type { Command } from "./keys.ts";

/** What the controls do to a video. */
export interface Commands {
  readonly toggle: () => void;
  readonly seekTo: (seconds: number) => void;
  readonly setVolume: (share: number) => void;
  readonly toggleMute: () => void;
  readonly toggleFullscreen: () => void;
  readonly run: (command: Command) => void;
}

/** iPhones show only the video itself in full screen, and only by this call. */
interface IPhoneVideo extends HTMLVideoElement {
  readonly webkitEnterFullscreen?: () => void;
}

/** The commands of a video inside of the element that goes full screen with it. */
export function commandsOf(video: HTMLVideoElement, frame: HTMLElement): Commands {
  const toggle = () => {
    if (video.paused || video.ended) void play(video);
    else video.pause();
  };
  const seekTo = (seconds: number) => {
    const end = Number.isFinite(video.duration) ? video.duration : 0;
    video.currentTime = Math.min(Math.max(seconds, 0), end);
  };
  const setVolume = (share: number) => {
    video.volume = Math.min(Math.max(share, 0), 1);
    video.muted = video.volume === 0;
  };
  const toggleMute = () => {
    video.muted = !video.muted;
  };
  const toggleFullscreen = () => void switchFullscreen(video, frame);
  const run = (command: Command) => {
    if (command.name === "seek") seekTo(video.currentTime + command.bySeconds);
    else if (command.name === "volume") setVolume(video.volume + command.by);
    else ({ toggle, mute: toggleMute, fullscreen: toggleFullscreen })[command.name]();
  };
  return { toggle, seekTo, setVolume, toggleMute, toggleFullscreen, run };
}

/** Begins to play where the browser allows it; before a person has touched the page it may not. */
export async function play(video: HTMLVideoElement): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    // Refused, or interrupted by a pause or by another stream: the button to play stays where it is.
    if (error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError"))
      return;
    // No stream that can be played: the stream itself reports why.
    if (error instanceof DOMException && error.name === "NotSupportedError") return;
    throw error;
  }
}

async function switchFullscreen(video: IPhoneVideo, frame: HTMLElement): Promise<void> {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
    return;
  }
  if (!document.fullscreenEnabled) {
    video.webkitEnterFullscreen?.();
    return;
  }
  try {
    await frame.requestFullscreen();
  } catch (error) {
    // The browser wants a person to have asked, and says so with a TypeError.
    if (!(error instanceof TypeError)) throw error;
  }
}
