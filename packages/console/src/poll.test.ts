import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "./api-error.ts";
import { retryMs, startPoller, type Attention, type Poller, type PollerOptions } from "./poll.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A tab that a test hides and shows. */
function tab() {
  let isPresent = true;
  const returns = new Set<() => void>();
  const leaves = new Set<() => void>();
  const attention: Attention = {
    isPresent: () => isPresent,
    onReturn: (callback) => {
      returns.add(callback);
      return () => returns.delete(callback);
    },
    onLeave: (callback) => {
      leaves.add(callback);
      return () => leaves.delete(callback);
    },
  };
  const hide = () => {
    isPresent = false;
    for (const leave of leaves) leave();
  };
  const show = () => {
    isPresent = true;
    for (const comeBack of returns) comeBack();
  };
  return { attention, hide, show };
}

function start(options: Partial<PollerOptions> = {}) {
  const load = vi.fn(() => Promise.resolve());
  const onFailure = vi.fn();
  const onSuccess = vi.fn();
  const { attention, hide, show } = tab();
  const defaults = { load, isMoving: () => true, onSuccess, onFailure, attention, random: () => 0 };
  const poller: Poller = startPoller({ ...defaults, ...options });
  return { poller, load, onFailure, onSuccess, hide, show };
}

const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("the pace", () => {
  it("looks at once, then every second while something moves", async () => {
    const { load, poller } = start();
    expect(load).toHaveBeenCalledTimes(1);
    await after(3000);
    expect(load).toHaveBeenCalledTimes(4);
    poller.stop();
  });

  it("looks every five seconds while nothing moves", async () => {
    const { load, poller } = start({ isMoving: () => false });
    await after(4999);
    expect(load).toHaveBeenCalledTimes(1);
    await after(1);
    expect(load).toHaveBeenCalledTimes(2);
    poller.stop();
  });

  it("never has two looks under way, however slow the API is", async () => {
    let underWay = 0;
    let most = 0;
    const load = vi.fn(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 3500));
      underWay -= 1;
    });
    const { poller } = start({ load });
    void poller.refresh();
    void poller.refresh();
    await after(20_000);
    expect(most).toBe(1);
    expect(load.mock.calls.length).toBeGreaterThan(3);
    poller.stop();
  });

  it("stops while the tab is hidden, and looks at once when it is shown again", async () => {
    const { load, hide, show, poller } = start();
    await after(1000);
    hide();
    await after(60_000);
    expect(load).toHaveBeenCalledTimes(2);
    show();
    await after(0);
    expect(load).toHaveBeenCalledTimes(3);
    await after(1000);
    expect(load).toHaveBeenCalledTimes(4);
    poller.stop();
  });

  it("looks no more once it is stopped, and says so to the look under way", async () => {
    let signal: AbortSignal | undefined;
    const load = vi.fn((given: AbortSignal) => {
      signal = given;
      return Promise.resolve();
    });
    const { poller, show } = start({ load });
    await after(500);
    poller.stop();
    show();
    await after(60_000);
    expect(load).toHaveBeenCalledTimes(1);
    expect(signal?.aborted).toBe(true);
  });
});

describe("a refresh", () => {
  it("ends with a look that began after it was asked for", async () => {
    const ends: (() => void)[] = [];
    const load = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
    const { poller } = start({ load });
    const refreshed = vi.fn();
    void poller.refresh().then(refreshed);
    ends[0]?.();
    await after(0);
    expect(load).toHaveBeenCalledTimes(2);
    expect(refreshed).not.toHaveBeenCalled();
    ends[1]?.();
    await after(0);
    expect(refreshed).toHaveBeenCalledOnce();
    poller.stop();
  });

  it("does not add a second rhythm to the first", async () => {
    const { load, poller } = start();
    await after(0);
    await poller.refresh();
    expect(load).toHaveBeenCalledTimes(2);
    await after(3000);
    expect(load).toHaveBeenCalledTimes(5);
    poller.stop();
  });
});

describe("failures", () => {
  it("are counted in a row, retried ever more slowly, and forgotten after a success", async () => {
    let isDown = true;
    const load = vi.fn(() =>
      isDown ? Promise.reject(new ApiError("unreachable", "down")) : Promise.resolve(),
    );
    const { onFailure, onSuccess, poller } = start({ load });
    await after(1000 + 2000 + 4000);
    expect(onFailure.mock.calls.map(([, failures]) => failures as number)).toEqual([1, 2, 3, 4]);
    isDown = false;
    await after(8000);
    expect(onSuccess).toHaveBeenCalledOnce();
    await after(1000);
    expect(onSuccess).toHaveBeenCalledTimes(2);
    poller.stop();
  });

  it("wait as long as the API asks for", async () => {
    const busy = new ApiError("unavailable", "busy", { status: 429, retryAfterSeconds: 20 });
    const load = vi.fn(() => Promise.reject(busy));
    const { poller } = start({ load });
    await after(19_999);
    expect(load).toHaveBeenCalledTimes(1);
    await after(1);
    expect(load).toHaveBeenCalledTimes(2);
    poller.stop();
  });

  it("of a look that was stopped are nobody's business", async () => {
    const load = (signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });
    const { onFailure, poller } = start({ load });
    poller.stop();
    await after(0);
    expect(onFailure).not.toHaveBeenCalled();
  });

  it("are retried within fifteen seconds, and not by all pages in the same moment", () => {
    expect(retryMs(30, null, 0)).toBe(15_000);
    expect(retryMs(30, null, 1)).toBe(11_250);
    expect(retryMs(1, null, 0)).toBe(1000);
    expect(retryMs(1, 3600, 0)).toBe(60_000);
  });
});
