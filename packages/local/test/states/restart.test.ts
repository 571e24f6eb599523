import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SendTaskSuccessCommand, UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, test } from "vitest";
import { TaskError } from "../../src/emulator/states/integration.ts";
import { openStates } from "../../src/emulator/states/states.ts";
import {
  fn,
  type Lab,
  machine,
  openLab,
  Raised,
  service,
  single,
  type TestClock,
  testClock,
  types,
  until,
} from "./harness.ts";
import { illegalities } from "./legal.ts";

let lab: Lab;
let clock: TestClock;
afterEach(() => lab.close());

const open = async (options: Parameters<typeof openLab>[0] = {}) => {
  clock = testClock();
  lab = await openLab({ clock, ...options });
};
const waiting = () => until(() => (clock.waiting > 0 ? true : undefined));
const stuck = (_input: unknown, signal: AbortSignal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("aborted"));
    });
  });

test("a wait ends at its original instant", async () => {
  await open();
  const arn = await lab.start(await lab.create(single({ Type: "Wait", Seconds: 100 })));
  await lab.seen(arn, "WaitStateEntered");
  clock.advance(40_000);
  await lab.restart();
  clock.advance(59_999);
  expect((await lab.history(arn)).at(-1)?.type).toBe("WaitStateEntered");
  await waiting();
  clock.advance(1);
  const { events } = await lab.finish(arn);
  expect(types(events)).toEqual([
    "ExecutionStarted",
    "WaitStateEntered",
    "WaitStateExited",
    "ExecutionSucceeded",
  ]);
});

test("a wait until a computed instant keeps that instant", async () => {
  await open();
  const state = { Type: "Wait", Timestamp: `{% $fromMillis(${clock.now()} + $floor($random() * 29000)) %}` };
  const arn = await lab.start(await lab.create(single(state)));
  await lab.seen(arn, "WaitStateEntered");
  await waiting();
  const [instant] = clock.instants;
  await lab.restart();
  await waiting();
  expect(clock.instants).toEqual([instant]);
  clock.advance(29_000);
  expect((await lab.finish(arn)).execution.status).toBe("SUCCEEDED");
});

test("a wait that is over meanwhile does not wait again", async () => {
  await open();
  const arn = await lab.start(await lab.create(single({ Type: "Wait", Seconds: 100 })));
  await lab.seen(arn, "WaitStateEntered");
  await lab.states.close();
  clock.advance(1_000_000);
  await lab.restart();
  expect((await lab.finish(arn)).execution.status).toBe("SUCCEEDED");
});

test("nothing goes on before resume", async () => {
  await open({ functions: { f: () => 1 } });
  const arn = await lab.start(
    await lab.create(
      machine({
        W: { Type: "Wait", Seconds: 1, Next: "T" },
        T: { Type: "Task", Resource: fn("f"), End: true },
      }),
    ),
  );
  await lab.seen(arn, "WaitStateEntered");
  await lab.states.close();
  clock.advance(5000);
  const states = await openStates({
    dir: lab.dir,
    region: "us-east-1",
    accountId: "111111111111",
    functions: { invoke: () => Promise.reject(new Error("no")) },
    integrations: {},
    log: () => undefined,
    clock,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const described = await states.service.operations.DescribeExecution?.(
    { executionArn: arn },
    { accessKeyId: "a", arn },
  );
  expect(described).toMatchObject({ status: "RUNNING" });
  await states.close();
  await lab.restart();
  expect((await lab.finish(arn)).output).toBe(1);
});

describe("a task that ran when the machine went down", () => {
  const retry = {
    Retry: [
      {
        ErrorEquals: ["Lambda.SdkClientException", "States.TaskFailed"],
        IntervalSeconds: 1,
        MaxAttempts: 2,
        BackoffRate: 1,
      },
    ],
  };

  test("has failed, which Retry sees, with the attempts it had already made", async () => {
    let calls = 0;
    await open({
      functions: {
        f: (input, signal) => {
          calls += 1;
          if (calls === 1) throw new Raised("Trouble", "first");
          return stuck(input, signal);
        },
      },
    });
    const arn = await lab.start(await lab.create(single({ Type: "Task", Resource: fn("f"), ...retry })));
    await lab.seen(arn, "LambdaFunctionFailed");
    await waiting();
    clock.advance(1000);
    await lab.seen(arn, "LambdaFunctionStarted", 2);
    await lab.restart();
    await lab.seen(arn, "LambdaFunctionFailed", 2);
    await waiting();
    clock.advance(1000);
    await lab.seen(arn, "LambdaFunctionStarted", 3);
    await lab.restart();
    const { execution, events } = await lab.finish(arn);
    expect(calls).toBe(3);
    expect(execution.error).toBe("Lambda.SdkClientException");
    expect(illegalities(events)).toEqual([]);
    expect(types(events).filter((type) => type === "LambdaFunctionScheduled")).toHaveLength(3);
  });

  test("fails as its integration says", async () => {
    await open({
      integrations: {
        "ecs:runTask": {
          ...service(() => ({ Tasks: [] }), stuck),
          interrupted: () => new TaskError("States.TaskFailed", "host gone"),
        },
      },
    });
    const arn = await lab.start(
      await lab.create(
        single({ Type: "Task", Resource: "arn:aws:states:::ecs:runTask.sync", Arguments: {} }),
      ),
    );
    await lab.seen(arn, "TaskSubmitted");
    await lab.restart();
    const { execution, events } = await lab.finish(arn);
    expect(execution).toMatchObject({ error: "States.TaskFailed", cause: "host gone" });
    expect(types(events).slice(2)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskFailed",
      "ExecutionFailed",
    ]);
    expect(lab.logs).toContainEqual(expect.objectContaining({ level: "warn", executionArn: arn }));
  });

  test("and finished while it was told to end, is not done again", async () => {
    let calls = 0;
    await open({
      functions: {
        f: (_input, signal) =>
          new Promise((resolve) => {
            calls += 1;
            signal.addEventListener("abort", () => {
              resolve("done all the same");
            });
          }),
      },
    });
    const arn = await lab.start(await lab.create(single({ Type: "Task", Resource: fn("f"), ...retry })));
    await lab.seen(arn, "LambdaFunctionStarted");
    await lab.restart();
    expect((await lab.finish(arn)).output).toBe("done all the same");
    expect(calls).toBe(1);
  });
});

test("a retry waits no longer than it would have", async () => {
  await open({
    functions: {
      f: () => {
        throw new Raised("Trouble", "again");
      },
    },
  });
  const arn = await lab.start(
    await lab.create(
      single({
        Type: "Task",
        Resource: fn("f"),
        Retry: [{ ErrorEquals: ["Trouble"], IntervalSeconds: 100, MaxAttempts: 1 }],
      }),
    ),
  );
  await lab.seen(arn, "LambdaFunctionFailed");
  clock.advance(60_000);
  await lab.restart();
  await waiting();
  clock.advance(39_999);
  expect(types(await lab.history(arn)).filter((type) => type === "LambdaFunctionFailed")).toHaveLength(1);
  await waiting();
  clock.advance(1);
  expect(
    types((await lab.finish(arn)).events).filter((type) => type === "LambdaFunctionFailed"),
  ).toHaveLength(2);
});

describe("a task that waits for its token", () => {
  const state = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Arguments: { token: "{% $states.context.Task.Token %}" },
  };
  const begin = async (more: object = {}) => {
    const tokens: string[] = [];
    await open({
      integrations: {
        "sqs:sendMessage": service((_parameters, _signal, token) => (tokens.push(token ?? ""), {})),
      },
    });
    const arn = await lab.start(await lab.create(single({ ...state, ...more })));
    await lab.seen(arn, "TaskSubmitted");
    return { arn, taskToken: tokens[0] ?? "", tokens };
  };

  test("still waits for it", async () => {
    const { arn, taskToken, tokens } = await begin();
    await lab.restart();
    await lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "1" }));
    const { output, events } = await lab.finish(arn);
    expect(output).toBe(1);
    expect(tokens).toHaveLength(1);
    expect(illegalities(events)).toEqual([]);
  });

  test("keeps its deadline", async () => {
    const { arn } = await begin({ TimeoutSeconds: 100 });
    await waiting();
    clock.advance(60_000);
    await lab.restart();
    await waiting();
    clock.advance(40_000);
    const { execution, events } = await lab.finish(arn);
    expect(execution.error).toBe("States.Timeout");
    expect((events.at(-1)?.timestamp?.getTime() ?? 0) - (events[0]?.timestamp?.getTime() ?? 0)).toBe(100_000);
  });
});

test("a machine's time runs on while it is down", async () => {
  await open({ functions: { f: stuck } });
  const definition = {
    ...single({ Type: "Task", Resource: fn("f"), Retry: [{ ErrorEquals: ["States.ALL"] }] }),
    TimeoutSeconds: 100,
  };
  const arn = await lab.start(await lab.create(definition));
  await lab.seen(arn, "LambdaFunctionStarted");
  await lab.states.close();
  clock.advance(100_000);
  await lab.restart();
  const { execution, events } = await lab.finish(arn);
  expect(execution.status).toBe("TIMED_OUT");
  expect(types(events).slice(-2)).toEqual(["LambdaFunctionStarted", "ExecutionTimedOut"]);
});

test("an execution goes on with the definition it began with", async () => {
  await open();
  const stateMachineArn = await lab.create(
    machine({ W: { Type: "Wait", Seconds: 10, Next: "A" }, A: { Type: "Pass", Output: "old", End: true } }),
  );
  const arn = await lab.start(stateMachineArn);
  await lab.seen(arn, "WaitStateEntered");
  await lab.sfn.send(
    new UpdateStateMachineCommand({
      stateMachineArn,
      definition: JSON.stringify(machine({ W: { Type: "Pass", Output: "new", End: true } })),
    }),
  );
  await lab.restart();
  await waiting();
  clock.advance(10_000);
  expect((await lab.finish(arn)).output).toBe("old");
});

test("what was computed is not computed again", async () => {
  await open();
  const States = {
    A: { Type: "Pass", Assign: { id: "{% $uuid() %}" }, Output: "{% $uuid() %}", Next: "M" },
    M: {
      Type: "Map",
      Items: "{% [1, 2, 3].($random()) %}",
      ItemProcessor: {
        StartAt: "W",
        States: {
          W: { Type: "Wait", Seconds: 10, Next: "P" },
          P: {
            Type: "Pass",
            Output: "{% {'id': $id, 'item': $states.context.Map.Item.Value, 'input': $states.input} %}",
            End: true,
          },
        },
      },
      Output: "{% {'all': $states.result, 'first': $states.input} %}",
      End: true,
    },
  };
  const arn = await lab.start(await lab.create(machine(States)));
  const before = await lab.seen(arn, "WaitStateEntered", 3);
  const given = before
    .filter(({ type }) => type === "WaitStateEntered")
    .map(({ stateEnteredEventDetails: details }) => JSON.parse(details?.input ?? "") as number);
  await lab.restart();
  await waiting();
  clock.advance(10_000);
  const { output, events } = await lab.finish(arn);
  const { all } = output as { all: { id: string; item: number; input: number }[] };
  expect(all.map(({ item }) => item)).toEqual(given);
  expect(all.every(({ item, input, id }) => item === input && id === all[0]?.id)).toBe(true);
  expect(all[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(illegalities(events)).toEqual([]);
});

test("a distributed Map goes on: finished children are not run again, and each has one history", async () => {
  const calls: unknown[] = [];
  let block = true;
  await open({
    functions: {
      f: (input, signal) => {
        calls.push(input);
        return block && input === 2 ? stuck(input, signal) : input;
      },
    },
  });
  const processor = {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: "T",
    States: {
      T: {
        Type: "Task",
        Resource: fn("f"),
        Retry: [{ ErrorEquals: ["Lambda.SdkClientException"], IntervalSeconds: 0 }],
        End: true,
      },
    },
  };
  const arn = await lab.start(
    await lab.create(single({ Type: "Map", MaxConcurrency: 2, ItemProcessor: processor })),
    [1, 2, 3],
  );
  await until(() => (calls.length === 3 ? true : undefined));
  await lab.seen(arn, "MapRunStarted");
  block = false;
  await lab.restart();
  const { output, events } = await lab.finish(arn);
  expect(output).toEqual([1, 2, 3]);
  expect(calls).toEqual([1, 2, 3, 2]);
  expect(illegalities(events)).toEqual([]);
});

test("a failure that was written down ends the others, also after a restart", async () => {
  // The branch that fails does so while its sibling cannot be ended, and the machine goes down at that moment.
  let release: (() => void) | undefined;
  await open({
    functions: {
      bad: () => {
        throw new Raised("Trouble", "no");
      },
      deaf: () =>
        new Promise((resolve) => {
          release = () => {
            resolve("late");
          };
        }),
    },
  });
  const branch = (name: string, resource: string) => ({
    StartAt: name,
    States: { [name]: { Type: "Task", Resource: fn(resource), End: true } },
  });
  const flow = {
    Type: "Parallel",
    Branches: [
      branch("Deaf", "deaf"),
      {
        StartAt: "W",
        States: {
          W: { Type: "Wait", Seconds: 1, Next: "Bad" },
          Bad: { Type: "Task", Resource: fn("bad"), End: true },
        },
      },
    ],
  };
  const arn = await lab.start(await lab.create(single(flow)));
  await lab.seen(arn, "LambdaFunctionStarted");
  await lab.seen(arn, "WaitStateEntered");
  await waiting();
  clock.advance(1000);
  await lab.seen(arn, "LambdaFunctionFailed");
  const closing = lab.restart();
  await until(() => (clock.waiting > 0 ? true : undefined));
  clock.advance(3000);
  await closing;
  release?.();
  const { execution, events } = await lab.finish(arn);
  expect(execution).toMatchObject({ status: "FAILED", error: "Trouble" });
  expect(types(events).slice(-4)).toEqual([
    "TaskStateAborted",
    "TaskStateAborted",
    "ParallelStateFailed",
    "ExecutionFailed",
  ]);
  // Nothing is told of what became of the other one.
  expect(types(events).filter((type) => type === "LambdaFunctionFailed")).toHaveLength(1);
  expect(illegalities(events)).toEqual([]);
});

test("a Map of one item after the other has the same history with a restart as without", async () => {
  const processor = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 10, End: true } } };
  const definition = single({ Type: "Map", MaxConcurrency: 1, Items: [1, 2, 3], ItemProcessor: processor });
  const chain = async (restart: boolean) => {
    const arn = await lab.start(await lab.create(definition));
    for (const item of [1, 2, 3]) {
      await lab.seen(arn, "WaitStateEntered", item);
      await waiting();
      if (restart) await lab.restart();
      await waiting();
      clock.advance(10_000);
    }
    const { events } = await lab.finish(arn);
    return events.map(({ id, previousEventId, type }) => [id, previousEventId, type]);
  };
  await open();
  const undisturbed = await chain(false);
  expect(await chain(true)).toEqual(undisturbed);
});

test("an execution that is over leaves its history and nothing to continue from", async () => {
  await open({ functions: { f: () => 1 } });
  const { arn } = await lab.run(
    single({
      Type: "Map",
      Items: [1, 2],
      ItemProcessor: { StartAt: "T", States: { T: { Type: "Task", Resource: fn("f"), End: true } } },
    }),
  );
  await lab.states.close();
  const db = new DatabaseSync(join(lab.dir, "states.db"), { readOnly: true });
  const rows = (table: string) => db.prepare(`select count(*) as count from ${table}`).get()?.count;
  expect(rows("journal")).toBe(0);
  expect(rows("events")).toBe(20);
  db.close();
  await lab.restart();
  expect(await lab.history(arn)).toHaveLength(20);
});

test("a folder belongs to one process at a time", async () => {
  await open();
  const second = openStates({
    dir: lab.dir,
    region: "us-east-1",
    accountId: "111111111111",
    functions: { invoke: () => Promise.reject(new Error("no")) },
    integrations: {},
    log: () => undefined,
  });
  await expect(second).rejects.toThrow("Another process may be using the same folder");
});
