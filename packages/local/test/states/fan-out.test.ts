import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eagerClock, fn, type Lab, machine, openLab, Raised, single, types, until } from "./harness.ts";
import { illegalities } from "./legal.ts";

let lab: Lab;
const running = { now: 0, most: 0 };
const started: unknown[] = [];
let hanging = 0;
beforeAll(async () => {
  lab = await openLab({
    clock: eagerClock(),
    functions: {
      echo: (input) => input,
      raise: () => {
        throw new Raised("Trouble", "no");
      },
      failOdd: (input) => {
        started.push(input);
        if ((input as number) % 2 === 1) throw new Raised("Odd", String(input));
        return input;
      },
      count: async (input) => {
        running.now += 1;
        running.most = Math.max(running.most, running.now);
        await new Promise((resolve) => setTimeout(resolve, (input as number) % 3));
        running.now -= 1;
        return input;
      },
      hang: (_input, signal) =>
        new Promise((_resolve, reject) => {
          hanging += 1;
          signal.addEventListener("abort", () => {
            hanging -= 1;
            reject(new Error("aborted"));
          });
        }),
      raiseWhileTwoHang: async () => {
        await until(() => (hanging === 2 ? true : undefined));
        throw new Raised("Trouble", "no");
      },
    },
  });
});
afterAll(() => lab.close());

const one = (name: string, state: object) => ({ StartAt: name, States: { [name]: { ...state, End: true } } });
const task = (name: string, more: object = {}) => ({ Type: "Task", Resource: fn(name), ...more });
const pass = { Type: "Pass" };
const map = (processor: object, more: object = {}) =>
  single({ Type: "Map", MaxConcurrency: 1, ItemProcessor: processor, ...more });
const previous = (events: readonly HistoryEvent[]) => events.map(({ previousEventId }) => previousEventId);

describe("a Map", () => {
  test("runs its states for each item; each iteration follows from the last state of the one before", async () => {
    const { output, events } = await lab.run(map(one("P", pass), { Items: ["a", "{% 'b' %}"] }));
    expect(output).toEqual(["a", "b"]);
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapIterationStarted",
      "PassStateEntered",
      "PassStateExited",
      "MapIterationSucceeded",
      "MapIterationStarted",
      "PassStateEntered",
      "PassStateExited",
      "MapIterationSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
    expect(previous(events)).toEqual([0, 0, 2, 3, 4, 5, 6, 6, 8, 9, 10, 11, 11, 13]);
    expect(events[3]?.mapIterationStartedEventDetails).toEqual({ name: "Only", index: 0 });
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 2 });
  });

  test("over nothing succeeds with nothing", async () => {
    const { output, events } = await lab.run(map(one("P", pass)), []);
    expect(output).toEqual([]);
    expect(types(events).slice(2)).toEqual([
      "MapStateStarted",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
    expect(previous(events)).toEqual([0, 0, 2, 3, 3, 5]);
  });

  test("makes inputs with ItemSelector, from its own input, the item and the variables", async () => {
    const States = {
      Start: { Type: "Pass", Assign: { unit: "px" }, Next: "Each" },
      Each: {
        Type: "Map",
        Items: "{% $states.input.list %}",
        ItemSelector: {
          all: "{% $count($states.input.list) %}",
          item: "{% $states.context.Map.Item.Value & $unit %}",
          at: "{% $states.context.Map.Item.Index %}",
        },
        ItemProcessor: one("P", {
          Type: "Pass",
          Output: "{% $merge([$states.input, {'again': $states.context.Map.Item.Value}]) %}",
        }),
        End: true,
      },
    };
    const { output } = await lab.run(machine(States), { list: [5, 6] });
    expect(output).toEqual([
      { all: 2, item: "5px", at: 0, again: 5 },
      { all: 2, item: "6px", at: 1, again: 6 },
    ]);
  });

  test("needs a list", async () => {
    const { execution, events } = await lab.run(map(one("P", pass)), { a: 1 });
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'Only' (entered at the event id #2). Map state input must be an array but was: {\"a\":1}",
    );
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "EvaluationFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
    expect(previous(events)).toEqual([0, 0, 0, 3, 4]);
    expect(events[2]?.evaluationFailedEventDetails).not.toHaveProperty("location");
  });

  test("keeps results in the order of the items, however many run at once, and no more than MaxConcurrency do", async () => {
    running.most = 0;
    const items = Array.from({ length: 30 }, (_, index) => index);
    const { output, events } = await lab.run(
      single({ Type: "Map", MaxConcurrency: "{% 4 %}", ItemProcessor: one("T", task("count")) }),
      items,
    );
    expect(output).toEqual(items);
    expect(running.most).toBe(4);
    expect(illegalities(events)).toEqual([]);
  });

  test("fails with the first item that does; with one at a time later items never start", async () => {
    started.length = 0;
    const { execution, events } = await lab.run(map(one("T", task("failOdd"))), [0, 1, 2]);
    expect(execution).toMatchObject({
      error: "Odd",
      cause: expect.stringContaining('"errorMessage":"1"') as string,
    });
    expect(started).toEqual([0, 1]);
    expect(types(events).slice(-4)).toEqual([
      "LambdaFunctionFailed",
      "MapIterationFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
    const failedAt = events.length - 3;
    expect(previous(events).slice(-3)).toEqual([failedAt, failedAt, failedAt + 2]);
  });

  test("starts again for a retry, without a failed state in between", async () => {
    const Retry = [{ ErrorEquals: ["Own"], IntervalSeconds: 1, MaxAttempts: 1 }];
    const { events } = await lab.run(
      map({ StartAt: "F", States: { F: { Type: "Fail", Error: "Own" } } }, { Retry }),
      [1],
    );
    const attempt = ["MapStateStarted", "MapIterationStarted", "FailStateEntered", "MapIterationFailed"];
    expect(types(events).slice(2)).toEqual([...attempt, ...attempt, "MapStateFailed", "ExecutionFailed"]);
    expect(previous(events)).toEqual([0, 0, 2, 3, 4, 5, 5, 7, 8, 9, 9, 11]);
  });

  test("that is caught exits after its failure, with its own input for the catcher", async () => {
    const States = {
      Each: {
        Type: "Map",
        Items: [1],
        ItemProcessor: one("T", task("raise")),
        Catch: [{ ErrorEquals: ["Trouble"], Output: "{% $states.input %}", Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Succeed" },
    };
    const { output, events } = await lab.run(machine(States), { mine: 1 });
    expect(output).toEqual({ mine: 1 });
    const failed = events.find(({ type }) => type === "MapStateFailed");
    expect(events.find(({ type }) => type === "MapStateExited")?.previousEventId).toBe(failed?.id);
  });

  test("ends what still runs when one item fails, and says so", async () => {
    const flow = {
      StartAt: "Which",
      States: {
        Which: {
          Type: "Choice",
          Choices: [{ Condition: "{% $states.input = 2 %}", Next: "Bad" }],
          Default: "Long",
        },
        Bad: task("raiseWhileTwoHang", { End: true }),
        Long: task("hang", { End: true }),
      },
    };
    const { execution, events } = await lab.run(single({ Type: "Map", ItemProcessor: flow }), [0, 1, 2]);
    expect(execution.error).toBe("Trouble");
    expect(
      events
        .filter(({ type }) => type === "MapIterationAborted")
        .map((event) => event.mapIterationAbortedEventDetails?.index),
    ).toEqual([0, 1]);
    expect(hanging).toBe(0);
    expect(illegalities(events)).toEqual([]);
  });

  test("inside a Map has the inner item", async () => {
    const inner = {
      Type: "Map",
      Items: [1, 2],
      ItemProcessor: one("P", { Type: "Pass", Output: "{% $states.context.Map.Item.Value %}" }),
    };
    const { output } = await lab.run(
      single({ Type: "Map", Items: ["x", "y"], ItemProcessor: one("Inner", inner) }),
    );
    expect(output).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test("takes limits as expressions, and refuses ones that make no sense", async () => {
    expect(
      (
        await lab.run(
          map(one("P", pass), {
            Items: [1],
            ToleratedFailureCount: "{% $n := 1 %}",
            ToleratedFailurePercentage: 5,
          }),
        )
      ).output,
    ).toEqual([1]);
    expect(
      (
        await lab.run(
          single({ Type: "Map", Items: [1], MaxConcurrency: "{% -1 %}", ItemProcessor: one("P", pass) }),
        )
      ).execution.cause,
    ).toContain("MaxConcurrency");
    expect(
      (
        await lab.run(
          single({ Type: "Map", Items: [1], MaxConcurrency: "{% 'two' %}", ItemProcessor: one("P", pass) }),
        )
      ).execution.cause,
    ).toContain("Expected 'number', but was 'string' for value: \"two\"");
  });
});

describe("a Parallel", () => {
  test("gives the branches' results in their order, each on the same input", async () => {
    const { output, events } = await lab.run(
      single({
        Type: "Parallel",
        Arguments: { n: "{% $states.input.n + 1 %}" },
        Branches: [one("Slow", task("count", { Arguments: 2, Output: "slow" })), one("Fast", pass)],
      }),
      { n: 1 },
    );
    expect(output).toEqual(["slow", { n: 2 }]);
    expect(types(events).slice(1, 3)).toEqual(["ParallelStateEntered", "ParallelStateStarted"]);
    expect(types(events).slice(-3)).toEqual([
      "ParallelStateSucceeded",
      "ParallelStateExited",
      "ExecutionSucceeded",
    ]);
    const last = events.length;
    expect(previous(events).slice(-2)).toEqual([last - 3, last - 1]);
    expect(illegalities(events)).toEqual([]);
  });

  test("fails with its first failing branch; a Fail state leaves no trace of its own", async () => {
    const { execution, events } = await lab.run(
      single({
        Type: "Parallel",
        Branches: [{ StartAt: "F", States: { F: { Type: "Fail", Error: "Own", Cause: "why" } } }],
      }),
    );
    expect(execution).toMatchObject({ error: "Own", cause: "why" });
    expect(types(events).slice(2)).toEqual([
      "ParallelStateStarted",
      "FailStateEntered",
      "ParallelStateFailed",
      "ExecutionFailed",
    ]);
    expect(previous(events)).toEqual([0, 0, 2, 3, 4, 5]);
  });

  test("aborts the task that failed in a branch, and whatever else runs", async () => {
    const branches = [
      one("Bad", task("raiseWhileTwoHang")),
      one("Long", task("hang")),
      one("Late", { Type: "Parallel", Branches: [one("Deep", task("hang"))] }),
    ];
    const { events } = await lab.run(single({ Type: "Parallel", Branches: branches }));
    expect(types(events).filter((type) => type?.endsWith("Aborted"))).toEqual([
      "TaskStateAborted",
      "TaskStateAborted",
      "TaskStateAborted",
      "ParallelStateAborted",
    ]);
    expect(types(events).slice(-2)).toEqual(["ParallelStateFailed", "ExecutionFailed"]);
    expect(illegalities(events)).toEqual([]);
  });

  test("starts again for a retry", async () => {
    const Retry = [{ ErrorEquals: ["Own"], IntervalSeconds: 1, MaxAttempts: 1 }];
    const { events } = await lab.run(
      single({
        Type: "Parallel",
        Branches: [{ StartAt: "F", States: { F: { Type: "Fail", Error: "Own" } } }],
        Retry,
      }),
    );
    expect(types(events).slice(2)).toEqual([
      "ParallelStateStarted",
      "FailStateEntered",
      "ParallelStateStarted",
      "FailStateEntered",
      "ParallelStateFailed",
      "ExecutionFailed",
    ]);
    expect(previous(events)).toEqual([0, 0, 2, 3, 4, 5, 6, 7]);
  });
});
