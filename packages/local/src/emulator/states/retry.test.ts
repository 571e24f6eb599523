import { describe, expect, test } from "vitest";
import { decide, delayMs } from "./retry.ts";

const half = () => 0.5;
const failure = { error: "Broken", cause: "why" };

describe("the wait before a retry", () => {
  test("is the interval times the rate to the power of the retries so far", () => {
    const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, BackoffRate: 2 };
    expect([0, 1, 2, 3, 4].map((count) => delayMs(retrier, count, half))).toEqual([
      1000, 2000, 4000, 8000, 16_000,
    ]);
  });

  test("is one second, then doubled, where the definition says nothing", () => {
    const retrier = { ErrorEquals: ["States.ALL"] };
    expect([0, 1, 2].map((count) => delayMs(retrier, count, half))).toEqual([1000, 2000, 4000]);
  });

  test("does not exceed MaxDelaySeconds", () => {
    const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 3, BackoffRate: 3, MaxDelaySeconds: 10 };
    expect([0, 1, 2, 9].map((count) => delayMs(retrier, count, half))).toEqual([3000, 9000, 10_000, 10_000]);
  });

  test("is anything up to that with full jitter, after the cap", () => {
    const retrier = {
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 8,
      MaxDelaySeconds: 4,
      JitterStrategy: "FULL" as const,
    };
    expect([0, 0.25, 1].map((random) => delayMs(retrier, 0, () => random))).toEqual([0, 1000, 4000]);
  });
});

describe("what becomes of a failure", () => {
  test("the first retrier that names it counts, and a later one is not asked when it is used up", () => {
    const Retry = [
      { ErrorEquals: ["Other"], MaxAttempts: 9 },
      { ErrorEquals: ["Broken"], MaxAttempts: 1 },
      { ErrorEquals: ["States.ALL"], MaxAttempts: 9 },
    ];
    expect(decide({ Retry }, failure, {}, half)).toMatchObject({ kind: "retry", retrier: 1 });
    expect(decide({ Retry }, failure, { 1: 1 }, half)).toEqual({ kind: "fail" });
  });

  test("each retrier has attempts of its own", () => {
    const Retry = [
      { ErrorEquals: ["Other"], MaxAttempts: 1 },
      { ErrorEquals: ["Broken"], MaxAttempts: 2 },
    ];
    expect(decide({ Retry }, failure, { 0: 1, 1: 1 }, half)).toMatchObject({
      kind: "retry",
      retrier: 1,
      delayMs: 2000,
    });
  });

  test("MaxAttempts 0 retries nothing, and three are the default", () => {
    expect(decide({ Retry: [{ ErrorEquals: ["Broken"], MaxAttempts: 0 }] }, failure, {}, half)).toEqual({
      kind: "fail",
    });
    const Retry = [{ ErrorEquals: ["Broken"] }];
    expect([0, 1, 2, 3].map((count) => decide({ Retry }, failure, { 0: count }, half).kind)).toEqual([
      "retry",
      "retry",
      "retry",
      "fail",
    ]);
  });

  test("the first catcher that names it takes it when retries are over", () => {
    const Catch = [
      { ErrorEquals: ["Other"], Next: "A" },
      { ErrorEquals: ["Broken"], Next: "B" },
      { ErrorEquals: ["States.ALL"], Next: "C" },
    ];
    expect(
      decide({ Retry: [{ ErrorEquals: ["Broken"], MaxAttempts: 1 }], Catch }, failure, { 0: 1 }, half),
    ).toEqual({ kind: "catch", catcher: 1 });
  });

  test("empty lists are no lists", () => {
    expect(decide({ Retry: [], Catch: [] }, failure, {}, half)).toEqual({ kind: "fail" });
  });
});
