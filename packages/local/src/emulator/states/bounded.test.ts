import { expect, test } from "vitest";
import type { Clock } from "../../aws/clock.ts";
import { bounded, TIMED_OUT } from "./bounded.ts";
import { Aborted } from "./error.ts";

function setUp(deadline?: number) {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => (timers = timers.filter((one) => one !== timer));
    },
  };
  const control = new AbortController();
  const stuck: number[] = [];
  const bounds = { clock, deadline, signal: control.signal, stuck: () => stuck.push(now) };
  /** Moves the time, and lets everything that it wakes have its turn. */
  const advance = async (ms: number) => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { bounds, control, stuck, advance };
}

const obedient = (seen: unknown[]) => (signal: AbortSignal) =>
  new Promise<string>((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      seen.push(signal.reason);
      reject(new Error("ended"));
    });
  });

test("work that settles in time is what it is", async () => {
  const { bounds } = setUp(1000);
  expect(await bounded(async () => "done", bounds)).toBe("done");
  await expect(bounded(() => Promise.reject(new Error("broken")), bounds)).rejects.toThrow("broken");
});

test("at the deadline work is told to end, and its end is awaited", async () => {
  const { bounds, advance } = setUp(1000);
  const seen: unknown[] = [];
  const result = bounded(obedient(seen), bounds);
  await advance(999);
  expect(seen).toEqual([]);
  await advance(1);
  expect(await result).toBe(TIMED_OUT);
  expect(seen).toEqual([TIMED_OUT]);
});

test("work that does not end is left alone after half a minute, and reported", async () => {
  const { bounds, advance, stuck } = setUp(1000);
  const result = bounded(() => new Promise<string>(() => undefined), bounds);
  await advance(1000);
  await advance(29_999);
  expect(stuck).toEqual([]);
  await advance(1);
  expect(await result).toBe(TIMED_OUT);
  expect(stuck).toEqual([31_000]);
});

test("an abort rejects with its reason, after the work has ended", async () => {
  const { bounds, control } = setUp();
  const seen: unknown[] = [];
  const reason = new Aborted("sibling");
  const result = bounded(obedient(seen), bounds);
  control.abort(reason);
  await expect(result).rejects.toBe(reason);
  expect(seen).toEqual([reason]);
});

test("only while the machine goes down is a late success kept", async () => {
  for (const [why, kept] of [
    ["closing", true],
    ["ended", false],
  ] as const) {
    const { bounds, control } = setUp();
    const finish = Promise.withResolvers<string>();
    const result = bounded(() => finish.promise, bounds);
    control.abort(new Aborted(why));
    await new Promise((resolve) => setImmediate(resolve));
    finish.resolve("late");
    if (kept) expect(await result).toBe("late");
    else await expect(result).rejects.toBeInstanceOf(Aborted);
  }
});

test("work is not begun when it is aborted already", async () => {
  const { bounds, control } = setUp();
  control.abort(new Aborted("ended"));
  let begun = false;
  const work = async () => {
    begun = true;
  };
  await expect(bounded(work, bounds)).rejects.toBeInstanceOf(Aborted);
  expect(begun).toBe(false);
});
