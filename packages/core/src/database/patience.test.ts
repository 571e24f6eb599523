import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { persist, withPatience } from "./patience.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const failing = (code: string) => Object.assign(new Error(`failed with ${code}`), { code });

test.each([
  ...["ECONNREFUSED", "ECONNRESET", "CONNECTION_CLOSED", "CONNECTION_DESTROYED", "CONNECT_TIMEOUT"],
  ...["08006", "57P01", "57P02", "57P03", "25006", "40P01", "40001", "53300"],
])("%s is waited out", async (code) => {
  let tries = 0;
  const result = persist(async () => {
    tries += 1;
    if (tries < 4) throw failing(code);
    return "done";
  });
  await vi.runAllTimersAsync();
  expect(await result).toBe("done");
});

test.each(["23505", "42P01", "28P01", "57014", "22P02"])("%s is not: it would come again", async (code) => {
  const error = failing(code);
  await expect(
    persist(async () => {
      throw error;
    }),
  ).rejects.toBe(error);
});

test.each([
  [undefined, 5000],
  [40, 40_000],
])(
  "with a patience of %s s it gives up within %i ms, and says that the database is away",
  async (seconds, limitMs) => {
    const start = performance.now();
    const cause = failing("ECONNREFUSED");
    const always = () =>
      persist(async () => {
        throw cause;
      });
    const result = seconds === undefined ? always() : withPatience(seconds, always);
    const outcome = expect(result).rejects.toMatchObject({
      kind: "unavailable",
      code: "database_unavailable",
      cause,
    });
    await vi.runAllTimersAsync();
    await outcome;
    const tookMs = performance.now() - start;
    expect(tookMs).toBeLessThanOrEqual(limitMs);
    expect(tookMs).toBeGreaterThan(limitMs - 2000);
  },
);

test("patience is for all the work inside together", async () => {
  const run = withPatience(10, async () => {
    await vi.advanceTimersByTimeAsync(9000);
    return persist(async (remainingMs) => remainingMs);
  });
  expect(await run).toBeLessThanOrEqual(1000);
});

test("the reason is found below an error that wraps it", async () => {
  let tries = 0;
  const result = persist(async () => {
    tries += 1;
    if (tries === 1) throw new Error("wrapped", { cause: failing("57P01") });
    return tries;
  });
  await vi.runAllTimersAsync();
  expect(await result).toBe(2);
});
