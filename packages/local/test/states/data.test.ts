import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fn, type Lab, machine, openLab, single, types } from "./harness.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ functions: { echo: (input) => input, seven: () => 7 } });
});
afterAll(() => lab.close());

const assigned = (events: readonly HistoryEvent[], name: string) =>
  events.find(({ stateExitedEventDetails: details }) => details?.name === name)?.stateExitedEventDetails
    ?.assignedVariables;

describe("the output", () => {
  test.each([null, 0, false, "text", [], {}, [1, { a: null }]])("of a state may be %j", async (Output) => {
    const { output, events } = await lab.run(single({ Type: "Pass", Output }));
    expect(output).toEqual(Output);
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("is the input where nothing is said, for Pass, Wait, Choice and Succeed", async () => {
    const States = {
      A: { Type: "Pass", Next: "B" },
      B: { Type: "Wait", Seconds: 0, Next: "C" },
      C: { Type: "Choice", Choices: [{ Condition: true, Next: "D" }] },
      D: { Type: "Succeed" },
    };
    expect((await lab.run(machine(States), { kept: [1] })).output).toEqual({ kept: [1] });
  });

  test("is the result of a task where nothing is said", async () => {
    expect((await lab.run(single({ Type: "Task", Resource: fn("seven") }), { a: 1 })).output).toBe(7);
  });
});

test("a machine may name its language in every state, as SST's builder writes it", async () => {
  const QueryLanguage = "JSONata";
  const inner = (name: string) => ({
    StartAt: name,
    States: { [name]: { QueryLanguage, Type: "Pass", Output: "{% $states.input & '!' %}", End: true } },
  });
  const ProcessorConfig = { Mode: "INLINE" };
  const { output } = await lab.run(
    {
      StartAt: "Each",
      States: {
        Each: {
          QueryLanguage,
          Type: "Map",
          ItemProcessor: { ProcessorConfig, ...inner("One") },
          Next: "Both",
        },
        Both: {
          QueryLanguage,
          Type: "Parallel",
          Arguments: "x",
          Branches: [inner("A"), inner("B")],
          Next: "Wait",
        },
        Wait: { QueryLanguage, Type: "Wait", Seconds: "{% 0 %}", Next: "Pick" },
        Pick: {
          QueryLanguage,
          Type: "Choice",
          Choices: [{ Condition: "{% $count($states.input) = 2 %}", Next: "Done" }],
          Default: "Bad",
        },
        Done: { QueryLanguage, Type: "Succeed" },
        Bad: { QueryLanguage, Type: "Fail", Error: "{% 'E' %}", Cause: "c" },
      },
    },
    ["a"],
  );
  expect(output).toEqual(["x!", "x!"]);
});

describe("the context object", () => {
  test("tells of the execution, the machine and the state", async () => {
    const arn = await lab.create(single({ Type: "Pass", Output: "{% $states.context %}" }), "context");
    const { output, execution } = await lab.finish(await lab.start(arn, { given: 1 }, "first"));
    expect(output).toEqual({
      Execution: {
        Id: "arn:aws:states:us-east-1:111111111111:execution:context:first",
        Input: { given: 1 },
        StartTime: execution.startDate?.toISOString(),
        Name: "first",
        RoleArn: "arn:aws:iam::111111111111:role/states",
        RedriveCount: 0,
      },
      StateMachine: { Id: arn, Name: "context" },
      State: {
        Name: "Only",
        EnteredTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
    });
  });

  test("counts the retries of a Task and of a Map", async () => {
    const task = await lab.run(
      single({ Type: "Task", Resource: fn("echo"), Arguments: "{% $states.context.State.RetryCount %}" }),
    );
    expect(task.output).toBe(0);
    const processor = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
    const map = await lab.run(
      single({
        Type: "Map",
        Items: [1],
        ItemProcessor: processor,
        Output: "{% $states.context.State.RetryCount %}",
      }),
    );
    expect(map.output).toBe(0);
  });

  test("$states in an Output has the input, the context and the result", async () => {
    const { output } = await lab.run(
      single({ Type: "Task", Resource: fn("seven"), Output: "{% $keys($states) %}" }),
    );
    expect([...(output as string[])].sort()).toEqual(["context", "input", "result"]);
  });
});

describe("variables", () => {
  test("are all computed from what they were before the state", async () => {
    const States = {
      A: { Type: "Pass", Assign: { x: 1, y: 2 }, Next: "B" },
      B: { Type: "Pass", Assign: { x: "{% $y %}", y: "{% $x %}" }, Output: "{% [$x, $y] %}", Next: "C" },
      C: { Type: "Pass", Output: "{% {'before': $states.input, 'after': [$x, $y]} %}", End: true },
    };
    const { output, events } = await lab.run(machine(States));
    expect(output).toEqual({ before: [1, 2], after: [2, 1] });
    expect(assigned(events, "B")).toEqual({ x: "2", y: "1" });
  });

  test("appear as JSON text in the state's exit, and not at all when none is set", async () => {
    const States = {
      A: { Type: "Pass", Assign: { text: "a", list: [1], nothing: null }, Next: "B" },
      B: { Type: "Pass", Assign: {}, End: true },
    };
    const { events } = await lab.run(machine(States));
    expect(assigned(events, "A")).toEqual({ text: '"a"', list: "[1]", nothing: "null" });
    expect(assigned(events, "B")).toBeUndefined();
  });

  test("of the outside are read in branches and iterations; theirs end with them", async () => {
    const inner = { Type: "Pass", Assign: { outer: "{% $outer + 1 %}" }, Next: "Read" };
    const flow = (suffix: string) => ({
      StartAt: `Set${suffix}`,
      States: {
        [`Set${suffix}`]: { ...inner, Next: `Read${suffix}` },
        [`Read${suffix}`]: { Type: "Pass", Output: "{% $outer %}", End: true },
      },
    });
    const nested = {
      StartAt: "Nest",
      States: {
        Nest: { Type: "Parallel", Branches: [flow("B")], Output: "{% $states.result[0] %}", End: true },
      },
    };
    const States = {
      Start: { Type: "Pass", Assign: { outer: 10 }, Next: "Both" },
      Both: { Type: "Parallel", Branches: [flow("A"), nested], Next: "Each" },
      Each: {
        Type: "Map",
        Items: [0, 0],
        ItemProcessor: flow("C"),
        Output: "{% $append($states.input, $states.result) %}",
        Next: "After",
      },
      After: { Type: "Pass", Output: "{% $append($states.input, $outer) %}", End: true },
    };
    expect((await lab.run(machine(States))).output).toEqual([11, 11, 11, 11, 10]);
  });
});

describe("a Choice", () => {
  const choice = (more: object = {}) =>
    machine({
      Pick: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.n = 1 %}", Output: "one", Assign: { by: "rule 0" }, Next: "End" },
          { Condition: "{% $states.input.n > 1 %}", Next: "End" },
        ],
        Output: "other",
        Assign: { by: "default" },
        ...more,
      },
      End: {
        Type: "Pass",
        Output: "{% {'in': $states.input, 'by': $exists($by) ? $by : 'nobody'} %}",
        End: true,
      },
    });

  test("leaves a rule's own output and variables", async () => {
    const { output, events } = await lab.run(choice({ Default: "End" }), { n: 1 });
    expect(output).toEqual({ in: "one", by: "rule 0" });
    expect(assigned(events, "Pick")).toEqual({ by: '"rule 0"' });
  });

  test("leaves its input for a rule that says nothing; the state's own belong to the Default", async () => {
    expect((await lab.run(choice({ Default: "End" }), { n: 2 })).output).toEqual({
      in: { n: 2 },
      by: "nobody",
    });
    expect((await lab.run(choice({ Default: "End" }), { n: 0 })).output).toEqual({
      in: "other",
      by: "default",
    });
  });

  test("compares without converting: text is no number", async () => {
    expect((await lab.run(choice({ Default: "End" }), { n: "1" })).execution.status).toBe("FAILED");
    const strict = machine({
      Pick: {
        Type: "Choice",
        Choices: [{ Condition: "{% $states.input.n = 42 %}", Next: "Yes" }],
        Default: "No",
      },
      Yes: { Type: "Pass", Output: "yes", End: true },
      No: { Type: "Pass", Output: "no", End: true },
    });
    expect((await lab.run(strict, { n: "42" })).output).toBe("no");
    expect((await lab.run(strict, { n: 42 })).output).toBe("yes");
  });

  test("without a rule that holds and without a Default fails the execution, whatever would catch it", async () => {
    const flow = {
      StartAt: "Inner",
      States: {
        Inner: { Type: "Choice", Choices: [{ Condition: false, Next: "Done" }] },
        Done: { Type: "Succeed" },
      },
    };
    const { execution, events } = await lab.run(
      machine({
        Outer: {
          Type: "Parallel",
          Branches: [flow],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
          End: true,
        },
        Caught: { Type: "Succeed" },
      }),
    );
    expect(execution).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'Inner' (entered at the event id #4). " +
        "Failed to transition out of the state. The state does not point to a next state.",
    });
    expect(types(events).slice(-2)).toEqual(["ChoiceStateEntered", "ExecutionFailed"]);
  });

  test("needs a condition that is true or false", async () => {
    const { execution, events } = await lab.run(
      machine({
        Pick: { Type: "Choice", Choices: [{ Condition: "{% 'yes' %}", Next: "End" }], Default: "End" },
        End: { Type: "Succeed" },
      }),
    );
    expect(execution.cause).toContain(
      "specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string'",
    );
    expect(
      events.find(({ type }) => type === "EvaluationFailed")?.evaluationFailedEventDetails?.location,
    ).toBe("Choices[0]/Condition");
  });
});

describe("a value that cannot be computed", () => {
  const prefix = (state: string, id: number) =>
    `An error occurred while executing the state '${state}' (entered at the event id #${id}). `;

  test("fails the state with its name, the id of its entry and the field", async () => {
    const States = {
      First: { Type: "Pass", Next: "Second" },
      Second: { Type: "Pass", Assign: { a: 1, b: "{% $nowhere %}" }, End: true },
    };
    const { execution, events } = await lab.run(machine(States));
    const cause = `${prefix("Second", 4)}The JSONata expression '$nowhere' specified for the field 'Assign/b' returned nothing (undefined).`;
    expect(execution).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError", cause });
    expect(events.slice(-2)).toMatchObject([
      {
        type: "EvaluationFailed",
        previousEventId: 3,
        evaluationFailedEventDetails: {
          error: "States.QueryEvaluationError",
          cause,
          location: "Assign/b",
          state: "Second",
        },
      },
      {
        type: "ExecutionFailed",
        previousEventId: 5,
        executionFailedEventDetails: { error: "States.QueryEvaluationError", cause },
      },
    ]);
  });

  test("in Arguments fails before anything is scheduled", async () => {
    const { events } = await lab.run(
      single({ Type: "Task", Resource: fn("echo"), Arguments: { a: "{% $nowhere %}" } }),
    );
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "EvaluationFailed",
      "ExecutionFailed",
    ]);
    expect(events[2]?.evaluationFailedEventDetails?.location).toBe("Arguments/a");
  });

  test("can be caught, as any failure of a Task", async () => {
    const States = {
      Try: {
        Type: "Task",
        Resource: fn("echo"),
        Output: "{% $nowhere %}",
        Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Pass", Output: "{% $states.input.Error %}", End: true },
    };
    const { output, events } = await lab.run(machine(States));
    expect(output).toBe("States.QueryEvaluationError");
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
      "EvaluationFailed",
      "TaskStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("in a Fail state fails with the evaluation's error", async () => {
    const { execution } = await lab.run(machine({ F: { Type: "Fail", Error: "{% 1 %}" } }));
    expect(execution.cause).toContain(
      "specified for the field 'Error' returned an unexpected result type. Expected 'string', but was 'number' for value: 1",
    );
  });
});

describe("a Wait", () => {
  test("ends at once for an instant that is past, with nanoseconds too", async () => {
    const { events } = await lab.run(single({ Type: "Wait", Timestamp: "{% $states.input.at %}" }), {
      at: "2020-05-05T05:05:05.123456789Z",
    });
    expect(types(events)).toEqual([
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test("refuses what is no instant, in AWS's words", async () => {
    const { execution, events } = await lab.run(
      single({ Type: "Wait", Timestamp: "{% $states.input %}" }),
      "2020-05-05 05:05:05Z",
    );
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'Only' (entered at the event id #2). " +
        "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2020-05-05 05:05:05Z",
    );
    expect(events[2]).toMatchObject({
      type: "EvaluationFailed",
      previousEventId: 2,
      evaluationFailedEventDetails: { location: "Timestamp" },
    });
  });

  test.each([-1, 1.5, 100_000_000])("does not wait %s seconds", async (seconds) => {
    const { execution } = await lab.run(single({ Type: "Wait", Seconds: "{% $states.input %}" }), seconds);
    expect(execution.error).toBe("States.QueryEvaluationError");
  });
});
