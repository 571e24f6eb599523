import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icon.tsx";
import { localAddress, type Video } from "../video.ts";
import { commandsOf, type Commands } from "./commands.ts";
import { Controls } from "./controls.tsx";
import { commandOf } from "./keys.ts";
import { usePlayback, type Playback } from "./playback.ts";
import { useFullscreen, useIdle } from "./presence.ts";
import { useStream, type StreamState } from "./use-stream.ts";

interface PlayerProps {
  readonly video: Video;
  readonly url: string;
}

export function Player({ video, url }: PlayerProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const playback = usePlayback(element);
  const stream = useStream(element, localAddress(url), playback.hasBegun);
  const isFullscreen = useFullscreen(frame);
  const isIdle = useIdle(frame) && !playback.isPaused;
  const commands = useMemo(
    () => (element && frame.current ? commandsOf(element, frame.current) : null),
    [element],
  );
  useKeys(commands);
  const { width, height } = video;
  const aspect = width && height ? `${width} / ${height}` : "16 / 9";
  return (
    <div
      ref={frame}
      class={isIdle ? "player player-idle" : "player"}
      data-testid="player"
      style={{ "--aspect": aspect }}
    >
      <video
        ref={setElement}
        class="player-video"
        aria-label={video.title}
        poster={video.poster === null ? "" : localAddress(video.poster)}
        playsInline
        onClick={commands?.toggle}
        onDblClick={commands?.toggleFullscreen}
      />
      <Overlay {...{ playback, stream, commands }} />
      {commands && <Controls {...{ playback, commands, stream, isFullscreen }} />}
    </div>
  );
}

interface OverlayProps {
  readonly playback: Playback;
  readonly stream: StreamState;
  readonly commands: Commands | null;
}

/** What stands in the middle: a failure, a wait, or the invitation to play. */
function Overlay({ playback, stream, commands }: OverlayProps) {
  if (stream.failure !== null) {
    return (
      <div class="player-failure" role="alert" data-testid="player-failure">
        <p>{stream.failure}</p>
        <button type="button" class="button" onClick={stream.reopen}>
          <Icon name="retry" />
          Try again
        </button>
      </div>
    );
  }
  if (playback.isWaiting) return <div class="player-wait" role="status" aria-label="Loading" />;
  if (playback.hasBegun || !commands) return null;
  return (
    <button type="button" class="player-begin" aria-label="Play the video" onClick={commands.toggle}>
      <Icon name="play" />
    </button>
  );
}

/** Keys count wherever the focus is on the page, except where it is on something that uses them itself. */
function useKeys(commands: Commands | null): void {
  useEffect(() => {
    if (!commands) return;
    const press = (event: KeyboardEvent) => {
      const command = commandOf(event, event.target instanceof Element ? event.target : null);
      if (!command) return;
      event.preventDefault();
      commands.run(command);
    };
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("keydown", press);
    };
  }, [commands]);
}
