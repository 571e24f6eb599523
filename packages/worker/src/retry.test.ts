import { expect, it, vi } from "vitest";
import { retry } from "./retry.ts";

const always = () => true;

it("tries again until it works", async () => {
  const run = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new Error("first"))
    .mockResolvedValue("done");
  expect(await retry(run, { delaysMs: [0, 0], isRetryable: always })).toBe("done");
  expect(run).toHaveBeenCalledTimes(2);
});

it("throws the last failure when the tries are used up", async () => {
  let count = 0;
  const run = () => Promise.reject(new Error(`failure ${++count}`));
  await expect(retry(run, { delaysMs: [0, 0], isRetryable: always })).rejects.toThrow("failure 3");
});

it("does not try again what is not retryable", async () => {
  const run = vi.fn<() => Promise<never>>().mockRejectedValue(new Error("for good"));
  await expect(retry(run, { delaysMs: [0, 0], isRetryable: () => false })).rejects.toThrow("for good");
  expect(run).toHaveBeenCalledTimes(1);
});

it("stops waiting when it is aborted, and throws why", async () => {
  const controller = new AbortController();
  const run = () => {
    queueMicrotask(() => {
      controller.abort(new Error("asked to stop"));
    });
    return Promise.reject(new Error("passing"));
  };
  const policy = { delaysMs: [3_600_000], isRetryable: always, signal: controller.signal };
  await expect(retry(run, policy)).rejects.toThrow("asked to stop");
});
