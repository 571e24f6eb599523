import { expect, test } from "vitest";
import { batch } from "./batch.ts";

const bindings = { states: { input: { limit: 2 }, context: {} }, variables: {} };
const sizes = (groups: readonly unknown[]) =>
  groups.map((group) => (group as { Items: unknown[] }).Items.length);

test("batches hold so many items, the last one what is left", async () => {
  const groups = await batch([1, 2, 3, 4, 5], { MaxItemsPerBatch: "{% $states.input.limit %}" }, bindings);
  expect(groups).toEqual([{ Items: [1, 2] }, { Items: [3, 4] }, { Items: [5] }]);
});

test("every batch has what is common to all", async () => {
  const groups = await batch(
    [1],
    { MaxItemsPerBatch: 1, BatchInput: { limit: "{% $states.input.limit %}" } },
    bindings,
  );
  expect(groups).toEqual([{ BatchInput: { limit: 2 }, Items: [1] }]);
});

test("a batch's JSON stays within so many bytes", async () => {
  const items = Array.from({ length: 10 }, () => "x".repeat(28));
  const groups = await batch(items, { MaxInputBytesPerBatch: 110 }, bindings);
  expect(sizes(groups)).toEqual([3, 3, 3, 1]);
  for (const group of groups) expect(Buffer.byteLength(JSON.stringify(group))).toBeLessThanOrEqual(110);
});

test("an item that is too large has a batch of its own", async () => {
  expect(sizes(await batch(["x".repeat(200), 1, 2], { MaxInputBytesPerBatch: 60 }, bindings))).toEqual([
    1, 2,
  ]);
});

test("no items make no batches", async () => {
  expect(await batch([], { MaxItemsPerBatch: 3 }, bindings)).toEqual([]);
});
