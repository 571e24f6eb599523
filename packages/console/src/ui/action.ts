import { useState } from "preact/hooks";
import { explain } from "../api-error.ts";

export interface Action {
  /** True while the request is under way: the button that began it waits. */
  readonly isBusy: boolean;
  /** Why the last try failed, for people. */
  readonly error: string | null;
  readonly run: (request: () => Promise<void>) => void;
}

/** A request that a button begins: one at a time, and what went wrong is shown where it was asked for. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const perform = async (request: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await request();
    } catch (failure) {
      setError(explain(failure));
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    error,
    run: (request) => {
      if (!isBusy) void perform(request);
    },
  };
}
