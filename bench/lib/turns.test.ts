import { expect, it } from "vitest";
import { inTurns } from "./turns.ts";

it("things are measured in turns that go there and back, and each keeps its own results in order", async () => {
  const asked: string[] = [];
  const results = await inTurns(["a", "b"], 3, async (name, turn) => {
    asked.push(name);
    return `${name}${turn}`;
  });
  expect(asked.join("")).toBe("abbaab");
  expect(results).toEqual({ a: ["a0", "a1", "a2"], b: ["b0", "b1", "b2"] });
});

it("one failure ends the turns: half a comparison says nothing", async () => {
  const fails = async (name: string) => {
    if (name === "b") throw new Error("b is broken");
    return name;
  };
  await expect(inTurns(["a", "b"], 2, fails)).rejects.toThrow("b is broken");
});
