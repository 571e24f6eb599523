import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { inParallel } from "./parallel.ts";

const never = new AbortController().signal;

it("runs as many at once as it is told", async () => {
  let running = 0;
  let most = 0;
  await inParallel([1, 2, 3, 4, 5], 2, never, async () => {
    most = Math.max(most, ++running);
    await setImmediate();
    running -= 1;
  });
  expect(most).toBe(2);
});

it("ends the others by the first failure, and throws that", async () => {
  const ended: unknown[] = [];
  const run = (item: string, signal: AbortSignal) => {
    if (item === "bad") return Promise.reject(new Error("the first failure"));
    return new Promise<void>((_, reject) => {
      signal.addEventListener("abort", () => {
        ended.push(item);
        reject(new Error("a consequence"));
      });
    });
  };
  await expect(inParallel(["slow", "bad"], 2, never, run)).rejects.toThrow("the first failure");
  expect(ended).toEqual(["slow"]);
});

it("throws the reason it was aborted for, not what came of it", async () => {
  const controller = new AbortController();
  const run = () => {
    controller.abort(new Error("asked to stop"));
    return Promise.reject(new Error("a consequence"));
  };
  await expect(inParallel([1], 1, controller.signal, run)).rejects.toThrow("asked to stop");
});
