import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const IDLE_AFTER_MS = 2500;

/** True when nobody moved, touched or typed for a moment: then the controls make room for the picture. */
export function useIdle(frame: RefObject<HTMLElement | null>): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = () => {
      clearTimeout(timer);
      setIdle(false);
      timer = setTimeout(() => {
        // Controls that have the focus stay in sight.
        setIdle(frame.current?.querySelector(".controls :focus-visible") === null);
      }, IDLE_AFTER_MS);
    };
    for (const event of ["pointermove", "pointerdown", "focusin"]) {
      frame.current?.addEventListener(event, wake, { signal: listening.signal });
    }
    document.addEventListener("keydown", wake, { signal: listening.signal });
    wake();
    return () => {
      listening.abort();
      clearTimeout(timer);
    };
  }, [frame]);
  return isIdle;
}

export function useFullscreen(frame: RefObject<HTMLElement | null>): boolean {
  const [isFullscreen, setFullscreen] = useState(false);
  useEffect(() => {
    const note = () => {
      setFullscreen(document.fullscreenElement !== null && document.fullscreenElement === frame.current);
    };
    document.addEventListener("fullscreenchange", note);
    return () => {
      document.removeEventListener("fullscreenchange", note);
    };
  }, [frame]);
  return isFullscreen;
}
