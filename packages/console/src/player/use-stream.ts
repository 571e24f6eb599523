import { useEffect, useRef, useState } from "preact/hooks";
import { play } from "./commands.ts";
import { AUTO, openStream, type Quality, type Stream, type StreamEvents } from "./stream.ts";

export interface StreamState {
  readonly qualities: readonly Quality[];
  /** What was chosen: `AUTO`, or the index of a quality. */
  readonly chosen: number;
  /** What is being played, as an index; null while nothing is. */
  readonly playing: number | null;
  readonly failure: string | null;
  readonly choose: (index: number) => void;
  /** Opens the stream anew after a failure. */
  readonly reopen: () => void;
}

/** What a stream that is opened anew goes on with. */
interface Place {
  readonly seconds: number;
  readonly isPaused: boolean;
}

/**
 * Plays a stream in an element for as long as both stay the same. One that is being watched is not exchanged for a newer
 * one: a video that can be played before all of it is made gets another address then, and goes on at the first as well. Only
 * one that began with a single size is opened anew, where it is, when there are more.
 */
export function useStream(video: HTMLVideoElement | null, newest: string, isWatched: boolean): StreamState {
  const [attempt, setAttempt] = useState(0);
  const [qualities, setQualities] = useState<readonly Quality[]>([]);
  const [playing, setPlaying] = useState<number | null>(null);
  const [chosen, setChosen] = useState(AUTO);
  const [failure, setFailure] = useState<string | null>(null);
  const stream = useRef<Stream | null>(null);
  const opened = useRef(newest);
  const left = useRef<Place | null>(null);
  const latest = useRef(newest);
  latest.current = newest;
  if (!isWatched || failure !== null) opened.current = newest;
  const url = opened.current;
  useEffect(() => {
    if (!video) return;
    setFailure(null);
    setChosen(AUTO);
    const onMoreQualities = () => {
      left.current = { seconds: video.currentTime, isPaused: video.paused };
      opened.current = latest.current;
      setAttempt((before) => before + 1);
    };
    const events = {
      onQualities: setQualities,
      onQuality: setPlaying,
      onFailure: setFailure,
      onMoreQualities,
    };
    const place = left.current;
    left.current = null;
    return connect({ video, url, events, place }, (opened) => {
      stream.current = opened;
    });
  }, [video, url, attempt]);
  return {
    ...{ qualities, chosen, playing, failure },
    choose: (index) => {
      setChosen(index);
      stream.current?.choose(index);
    },
    reopen: () => {
      opened.current = newest;
      setAttempt(attempt + 1);
    },
  };
}

interface Opening {
  readonly video: HTMLVideoElement;
  readonly url: string;
  readonly events: StreamEvents;
  readonly place: Place | null;
}

/** Opening takes a moment, in which the view may be left: what is opened then is closed at once. */
function connect(
  { video, url, events, place }: Opening,
  onOpen: (stream: Stream | null) => void,
): () => void {
  let isLeft = false;
  let opened: Stream | null = null;
  const open = async (): Promise<void> => {
    const stream = await openStream(video, url, events, place?.seconds);
    if (isLeft) {
      stream.close();
      return;
    }
    opened = stream;
    onOpen(stream);
    if (!place?.isPaused) await play(video);
  };
  open().catch((error: unknown) => {
    if (isLeft) return;
    // The library is a file of its own, and a deployment may have replaced it since the page was loaded.
    events.onFailure("The player could not be loaded. Reload the page.");
    reportError(error);
  });
  return () => {
    isLeft = true;
    onOpen(null);
    opened?.close();
  };
}
