import { expect, test } from "vitest";
import type { Clock } from "../../aws/clock.ts";
import { sleepUntil } from "./time.ts";

function manual() {
  const timers: { at: number; run: () => void }[] = [];
  let now = 1000;
  const clock: Clock = {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  };
  const advance = (ms: number) => {
    now += ms;
    for (const timer of timers.splice(0)) timer.run();
  };
  return { clock, timers, advance };
}

test("an instant that is past does not wait", async () => {
  const { clock, timers } = manual();
  await sleepUntil(clock, 999, new AbortController().signal);
  expect(timers).toEqual([]);
});

test("a long wait looks at the wall clock again and again, as laptops sleep too", async () => {
  const { clock, timers, advance } = manual();
  let over = false;
  const sleeping = sleepUntil(clock, 101_000, new AbortController().signal).then(() => (over = true));
  expect(timers.map(({ at }) => at)).toEqual([31_000]);
  advance(30_000);
  await Promise.resolve();
  await Promise.resolve();
  expect(over).toBe(false);
  advance(80_000);
  await sleeping;
});

test("being aborted ends it, also just when one of its timers has run", async () => {
  const { clock, timers, advance } = manual();
  const control = new AbortController();
  const reason = new Error("enough");
  const asleep = sleepUntil(clock, 101_000, control.signal);
  advance(30_000);
  control.abort(reason);
  await expect(asleep).rejects.toBe(reason);
  expect(timers).toEqual([]);

  const again = new AbortController();
  const other = sleepUntil(clock, 201_000, again.signal);
  again.abort(reason);
  await expect(other).rejects.toBe(reason);
  expect(timers).toEqual([]);
});
