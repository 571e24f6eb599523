import { beforeEach, expect, test, vi } from "vitest";
import { createMemory, forget } from "./memory.ts";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const remembered = (subject: string, value: object) => {
  const memory = createMemory();
  memory.begin()(subject, value);
  return memory;
};

test("what is remembered is recalled for a second, also where no timer ran meanwhile", () => {
  const value = {};
  const memory = remembered("a", value);
  vi.setSystemTime(Date.now() + 900);
  expect(memory.recall("a")).toBe(value);
  expect(memory.recall("b")).toBeUndefined();
  vi.setSystemTime(Date.now() + 200);
  expect(memory.recall("a")).toBeUndefined();
});

test("what is forgotten is forgotten in every memory, and nothing else is", () => {
  const memories = [remembered("a", {}), remembered("a", {})];
  const other = remembered("b", {});
  forget("a");
  for (const memory of memories) expect(memory.recall("a")).toBeUndefined();
  expect(other.recall("b")).toBeDefined();
});

test("what was loaded while something was forgotten is not remembered", () => {
  const memory = createMemory();
  const remember = memory.begin();
  forget("a");
  remember("a", {});
  expect(memory.recall("a")).toBeUndefined();
});

test("500 subjects are remembered: whoever was not asked for longest makes room", () => {
  const memory = createMemory();
  for (let number = 0; number <= 500; number++) memory.begin()(String(number), {});
  expect([memory.recall("0"), memory.recall("1")]).toEqual([undefined, {}]);
});
