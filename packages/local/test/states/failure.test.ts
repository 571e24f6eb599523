import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eagerClock, fn, type Lab, machine, openLab, Raised, single, types } from "./harness.ts";

let lab: Lab;
let calls: unknown[] = [];
beforeAll(async () => {
  lab = await openLab({
    clock: eagerClock(),
    functions: {
      echo: (input) => input,
      big: () => "a".repeat(257 * 1024),
      raise: (input) => {
        calls.push(input);
        throw new Raised(
          "Trouble",
          "no luck",
          '{"errorMessage": "no luck", "errorType": "Trouble", "trace": []}',
        );
      },
      third: (input) => {
        calls.push(input);
        if (calls.length < 3) throw new Raised("Trouble", "not yet");
        return "third";
      },
    },
  });
});
afterAll(() => lab.close());

const invoke = (name: string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: fn(name), Payload: {} },
});
const caught = { Caught: { Type: "Pass", End: true } };

describe("Fail", () => {
  test("gives the error and cause that it has, and no details without them", async () => {
    const both = await lab.run(
      machine({ F: { Type: "Fail", Error: "Own", Cause: "{% 'because ' & $states.input.why %}" } }),
      { why: "so" },
    );
    expect(both.execution).toMatchObject({ status: "FAILED", error: "Own", cause: "because so" });
    const none = await lab.run(machine({ F: { Type: "Fail" } }));
    expect(types(none.events)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
    expect(none.events[2]).not.toHaveProperty("executionFailedEventDetails");
    expect(none.execution).not.toHaveProperty("error");
  });

  test("without an error is caught by States.ALL alone", async () => {
    const flow = { StartAt: "F", States: { F: { Type: "Fail", Cause: "only" } } };
    const States = {
      P: {
        Type: "Parallel",
        Branches: [flow],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
        End: true,
      },
      ...caught,
    };
    expect((await lab.run(machine(States))).output).toEqual({ Error: "", Cause: "only" });
  });
});

describe("Catch", () => {
  test("passes on the error and its cause, in the function's own words when called by its ARN", async () => {
    const States = {
      T: {
        Type: "Task",
        Resource: fn("raise"),
        Catch: [{ ErrorEquals: ["Trouble"], Next: "Caught" }],
        End: true,
      },
      ...caught,
    };
    expect((await lab.run(machine(States))).output).toEqual({
      Error: "Trouble",
      Cause: '{"errorMessage": "no luck", "errorType": "Trouble", "trace": []}',
    });
  });

  test("gets compact JSON through lambda:invoke", async () => {
    const States = {
      T: { ...invoke("raise"), Catch: [{ ErrorEquals: ["States.TaskFailed"], Next: "Caught" }], End: true },
      ...caught,
    };
    expect((await lab.run(machine(States))).output).toEqual({
      Error: "Trouble",
      Cause: '{"errorMessage":"no luck","errorType":"Trouble","trace":[]}',
    });
  });

  test("has an Output and variables of its own; the state's are not looked at", async () => {
    const States = {
      T: {
        Type: "Task",
        Resource: fn("raise"),
        Output: "never",
        Assign: { mine: "never" },
        Catch: [
          {
            ErrorEquals: ["States.ALL"],
            Output: "{% {'in': $states.input, 'keys': $keys($states)} %}",
            Assign: { error: "{% $states.errorOutput.Error %}" },
            Next: "After",
          },
        ],
        End: true,
      },
      After: {
        Type: "Pass",
        Output: "{% $merge([$states.input, {'error': $error, 'mine': $exists($mine)}]) %}",
        End: true,
      },
    };
    const { output, events } = await lab.run(machine(States), { given: 1 });
    expect(output).toEqual({
      in: { given: 1 },
      keys: expect.arrayContaining(["input", "context", "errorOutput"]) as string[],
      error: "Trouble",
      mine: false,
    });
    expect((output as { keys: string[] }).keys).toHaveLength(3);
    expect(events.find(({ type }) => type === "TaskStateExited")).toMatchObject({
      previousEventId: 5,
      stateExitedEventDetails: { assignedVariables: { error: '"Trouble"' } },
    });
  });

  test("whose own Output fails, fails the state", async () => {
    const States = {
      T: {
        Type: "Task",
        Resource: fn("raise"),
        Catch: [{ ErrorEquals: ["Trouble"], Output: { a: "{% $states.result %}" }, Next: "Caught" }],
        End: true,
      },
      ...caught,
    };
    const { execution, events } = await lab.run(machine(States));
    expect(execution.error).toBe("States.QueryEvaluationError");
    expect(events.at(-2)?.evaluationFailedEventDetails?.location).toBe("Catch[0]/Output/a");
  });

  test("a function that does not exist has an error of its own", async () => {
    const States = {
      T: {
        ...invoke("nobody"),
        Catch: [
          { ErrorEquals: ["Lambda.Unknown"], Next: "Caught" },
          { ErrorEquals: ["States.TaskFailed"], Output: "{% $states.errorOutput.Error %}", Next: "Caught" },
        ],
        End: true,
      },
      ...caught,
    };
    expect((await lab.run(machine(States))).output).toBe("Lambda.ResourceNotFoundException");
  });
});

describe("Retry", () => {
  test("runs MaxAttempts + 1 times, with the arguments computed anew", async () => {
    calls = [];
    const Retry = [{ ErrorEquals: ["Trouble"], IntervalSeconds: 1, MaxAttempts: 2 }];
    const { execution, events } = await lab.run(
      single({
        Type: "Task",
        Resource: fn("raise"),
        Arguments: { n: "{% $states.context.State.RetryCount %}" },
        Retry,
      }),
    );
    expect(calls).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(execution.error).toBe("Trouble");
    const attempt = ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed"];
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      ...attempt,
      ...attempt,
      ...attempt,
      "ExecutionFailed",
    ]);
    expect(events.map(({ previousEventId }) => previousEventId)).toEqual([
      0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });

  test("waits longer each time", async () => {
    calls = [];
    const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 }];
    const { output, events } = await lab.run(single({ Type: "Task", Resource: fn("third"), Retry }));
    expect(output).toBe("third");
    const times = events
      .filter(({ type }) => type === "LambdaFunctionScheduled")
      .map(({ timestamp }) => timestamp?.getTime() ?? 0);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 2000, 8000]);
  });

  test("gives up at once for MaxAttempts 0 and for names that do not match", async () => {
    calls = [];
    await lab.run(
      single({ Type: "Task", Resource: fn("raise"), Retry: [{ ErrorEquals: ["Trouble"], MaxAttempts: 0 }] }),
    );
    await lab.run(
      single({ Type: "Task", Resource: fn("raise"), Retry: [{ ErrorEquals: ["trouble", "State.ALL"] }] }),
    );
    expect(calls).toHaveLength(2);
  });

  test("comes before Catch", async () => {
    calls = [];
    const States = {
      T: {
        Type: "Task",
        Resource: fn("raise"),
        Retry: [{ ErrorEquals: ["Trouble"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["Trouble"], Next: "Caught" }],
        End: true,
      },
      ...caught,
    };
    expect((await lab.run(machine(States))).execution.status).toBe("SUCCEEDED");
    expect(calls).toHaveLength(2);
  });
});

describe("too much data", () => {
  test.each([
    ["lambda", invoke("big")],
    [fn("big"), { Type: "Task", Resource: fn("big") }],
  ])("as a result of %s is a failure with AWS's text, which States.ALL catches", async (name, task) => {
    const States = {
      T: { ...task, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }], End: true },
      ...caught,
    };
    expect((await lab.run(machine(States))).output).toEqual({
      Error: "States.DataLimitExceeded",
      Cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
  });

  test("as an output fails the state", async () => {
    const { execution } = await lab.run(
      single({ Type: "Pass", Output: "{% $join($map([1..30000], function($x) { 'ten chars!' })) %}" }),
    );
    expect(execution).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });
});
