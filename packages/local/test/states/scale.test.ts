import { afterAll, beforeAll, expect, test } from "vitest";
import { fn, type Lab, machine, openLab, single, until } from "./harness.ts";
import { illegalities } from "./legal.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ functions: { echo: (input) => input } });
});
afterAll(() => lab.close());

// Generous for a slow machine; work that grows with the square of the history takes minutes.
const LIMIT = { timeout: 60_000 };
const items = Array.from({ length: 1000 }, (_, index) => index);
const task = { StartAt: "T", States: { T: { Type: "Task", Resource: fn("echo"), End: true } } };

test("a Map over 1,000 items takes seconds", LIMIT, async () => {
  const { output, events } = await lab.run(single({ Type: "Map", ItemProcessor: task }), items);
  expect(output).toEqual(items);
  expect(events).toHaveLength(7006);
  expect(illegalities(events)).toEqual([]);
});

test("a distributed Map over 1,000 items takes seconds", LIMIT, async () => {
  const { output, events } = await lab.run(
    single({
      Type: "Map",
      ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }, ...task },
    }),
    items,
  );
  expect(output).toEqual(items);
  expect(events).toHaveLength(8);
});

test("1,000 executions at once take seconds", LIMIT, async () => {
  const arn = await lab.create(
    machine({
      A: { Type: "Pass", Next: "T" },
      T: { Type: "Task", Resource: fn("echo"), Next: "S" },
      S: { Type: "Succeed" },
    }),
  );
  const arns: string[] = [];
  for (const item of items) arns.push(await lab.start(arn, item));
  await until(async () => ((await lab.finish(arns.at(-1) ?? "")).output === 999 ? true : undefined));
  for (const [index, one] of arns.entries()) {
    if (index % 100 === 0) expect((await lab.finish(one)).output).toBe(index);
  }
});
