import { expect, test } from "vitest";
import { MAX_PARTS, planUpload } from "./plan.ts";

const MIB = 1024 ** 2;

test.each([0, 1, 100 * MIB, undefined])("%s bytes go in one PUT", (sizeBytes) => {
  expect(planUpload(sizeBytes, false)).toEqual({ kind: "put" });
});

test("parts are never more than the bucket takes, whatever the size", () => {
  for (const sizeBytes of [100 * MIB + 1, 160_000 * MIB, 160_000 * MIB + 1, 5 * 1024 ** 4]) {
    const plan = planUpload(sizeBytes, false);
    if (plan.kind !== "multipart") throw new Error("Large files go in parts.");
    expect(plan.partCount).toBeLessThanOrEqual(MAX_PARTS);
    expect((plan.partCount ?? 0) * plan.partSizeBytes).toBeGreaterThanOrEqual(sizeBytes);
    expect(plan.partSizeBytes).toBeGreaterThanOrEqual(5 * MIB);
  }
});

test("whoever asks for parts gets at least one, also for a file that is empty", () => {
  expect(planUpload(0, true)).toMatchObject({ kind: "multipart", partCount: 1 });
  expect(planUpload(undefined, true)).toMatchObject({ kind: "multipart", partCount: null });
});
