import { useEffect, useState } from "preact/hooks";

const STEP_MS = 30_000;

/** The time, often enough for "5 minutes ago". Milliseconds since 1970. */
export function useNow(): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, STEP_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return nowMs;
}
