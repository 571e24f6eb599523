import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExecutionChange } from "../../src/emulator/states/engine.ts";
import { DefinitionError } from "../../src/emulator/states/definition/definition.ts";
import { type Lab, machine, openLab, ROLE, single, type TestClock, testClock, types } from "./harness.ts";

let lab: Lab;
let clock: TestClock;
let changes: ExecutionChange[];
beforeEach(async () => {
  clock = testClock();
  changes = [];
  lab = await openLab({ clock, onExecution: (change) => changes.push(change) });
});
afterEach(() => lab.close());

const named = (name: string) => expect.objectContaining({ name }) as Error;
const pass = single({ Type: "Pass" });
const forever = single({ Type: "Wait", Seconds: 99_999 });

describe("state machines", () => {
  test("created twice alike are one; another definition under the name is refused", async () => {
    const arn = await lab.create(pass, "Flow");
    expect(arn).toBe("arn:aws:states:us-east-1:111111111111:stateMachine:Flow");
    expect(await lab.create(pass, "Flow")).toBe(arn);
    await expect(lab.create(forever, "Flow")).rejects.toThrow(named("StateMachineAlreadyExists"));
    await expect(lab.create(pass, "Flow", "EXPRESS")).rejects.toThrow(named("StateMachineAlreadyExists"));
  });

  test("are described, updated, listed by name in pages, and deleted", async () => {
    for (const name of ["c", "a", "b"]) await lab.create(pass, name);
    const first = await lab.sfn.send(new ListStateMachinesCommand({ maxResults: 2 }));
    expect(first.stateMachines?.map(({ name }) => name)).toEqual(["a", "b"]);
    const second = await lab.sfn.send(new ListStateMachinesCommand({ nextToken: first.nextToken }));
    expect(second.stateMachines?.map(({ name }) => name)).toEqual(["c"]);
    expect(second.nextToken).toBeUndefined();

    const stateMachineArn = second.stateMachines?.[0]?.stateMachineArn;
    clock.advance(5000);
    const { updateDate } = await lab.sfn.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(forever) }),
    );
    expect(updateDate?.getTime()).toBe(clock.now());
    const described = await lab.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described).toMatchObject({
      name: "c",
      type: "STANDARD",
      status: "ACTIVE",
      roleArn: ROLE,
      definition: JSON.stringify(forever),
    });

    await lab.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await expect(lab.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toThrow(
      named("StateMachineDoesNotExist"),
    );
    await expect(lab.start(stateMachineArn ?? "")).rejects.toThrow(named("StateMachineDoesNotExist"));
  });

  test("with bad definitions are refused with everything that is wrong", async () => {
    const definition = JSON.stringify({ StartAt: "A" });
    const create = lab.sfn.send(new CreateStateMachineCommand({ name: "bad", definition, roleArn: ROLE }));
    await expect(create).rejects.toThrow(
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    );
    await expect(create).rejects.toThrow(named("InvalidDefinition"));
    const { result, diagnostics } = await lab.sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition }),
    );
    expect(result).toBe("FAIL");
    expect(diagnostics).toEqual([
      {
        severity: "ERROR",
        code: "SCHEMA_VALIDATION_FAILED",
        message: "These fields are required: [States]",
        location: "/",
      },
    ]);
    expect(
      (await lab.sfn.send(new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(pass) })))
        .result,
    ).toBe("OK");
  });

  test("have names without blanks and punctuation", async () => {
    for (const name of ["a b", "a/b", "a:b", "", "x".repeat(81), "a\u0007"]) {
      const create = lab.sfn.send(
        new CreateStateMachineCommand({ name, definition: JSON.stringify(pass), roleArn: ROLE }),
      );
      await expect(create, JSON.stringify(name)).rejects.toThrow(named("InvalidName"));
    }
  });

  test("that infrastructure declares are put, again and again; a bad one is a typed error", async () => {
    const arn = "arn:aws:states:us-east-1:111111111111:stateMachine:Declared";
    const put = (definition: object) =>
      lab.states.putStateMachine({
        name: "Declared",
        arn,
        definition: JSON.stringify(definition),
        roleArn: ROLE,
        type: "STANDARD",
      });
    await put(forever);
    await put(pass);
    expect((await lab.finish(await lab.start(arn, 1))).output).toBe(1);
    const refused = put(machine({ A: { Type: "Pass" } }));
    await expect(refused).rejects.toBeInstanceOf(DefinitionError);
    await expect(refused).rejects.toMatchObject({ diagnostics: [{ location: "/States/A" }] });
  });
});

describe("starting", () => {
  test("again under a name is the same execution while it runs with the same input, and refused else", async () => {
    const arn = await lab.create(forever, "Flow");
    const first = await lab.start(arn, { a: 1 }, "once");
    expect(first).toBe("arn:aws:states:us-east-1:111111111111:execution:Flow:once");
    expect(await lab.start(arn, { a: 1 }, "once")).toBe(first);
    await expect(lab.start(arn, { a: 2 }, "once")).rejects.toThrow(named("ExecutionAlreadyExists"));
    await lab.sfn.send(new StopExecutionCommand({ executionArn: first }));
    await expect(lab.start(arn, { a: 1 }, "once")).rejects.toThrow(named("ExecutionAlreadyExists"));
  });

  test("fifty times at once is one execution", async () => {
    const arn = await lab.create(forever);
    const arns = await Promise.all(Array.from({ length: 50 }, () => lab.start(arn, {}, "one")));
    expect(new Set(arns).size).toBe(1);
    expect((await lab.sfn.send(new ListExecutionsCommand({ stateMachineArn: arn }))).executions).toHaveLength(
      1,
    );
  });

  test("under the name of one that ended 90 days ago begins anew", async () => {
    const arn = await lab.create(pass);
    await lab.finish(await lab.start(arn, 1, "again"));
    clock.advance(89 * 24 * 3600 * 1000);
    await expect(lab.start(arn, 2, "again")).rejects.toThrow(named("ExecutionAlreadyExists"));
    clock.advance(2 * 24 * 3600 * 1000);
    const { output, events } = await lab.finish(await lab.start(arn, 2, "again"));
    expect(output).toBe(2);
    expect(events).toHaveLength(4);
  });

  test("an EXPRESS machine's name can be used at once again", async () => {
    const arn = await lab.create(pass, "Fast", "EXPRESS");
    const [one, two] = [await lab.start(arn, 1, "same"), await lab.start(arn, 2, "same")];
    expect(one).not.toBe(two);
    expect((await lab.finish(one)).output).toBe(1);
    expect((await lab.finish(two)).output).toBe(2);
  });

  test("needs JSON of at most 256 KiB, and a name like a machine's", async () => {
    const stateMachineArn = await lab.create(pass);
    await expect(lab.sfn.send(new StartExecutionCommand({ stateMachineArn, input: "{" }))).rejects.toThrow(
      named("InvalidExecutionInput"),
    );
    await expect(lab.start(stateMachineArn, "x".repeat(262_144))).rejects.toThrow(
      named("ValidationException"),
    );
    await expect(lab.start(stateMachineArn, {}, "a b")).rejects.toThrow(named("InvalidName"));
    await expect(lab.start("arn:aws:iam::111111111111:role/x")).rejects.toThrow(named("InvalidArn"));
    expect(
      (
        await lab.finish(
          (await lab.sfn.send(new StartExecutionCommand({ stateMachineArn }))).executionArn ?? "",
        )
      ).output,
    ).toEqual({});
  });
});

describe("executions", () => {
  test("are described from their start to their end", async () => {
    const stateMachineArn = await lab.create(machine({ W: { Type: "Wait", Seconds: 5, End: true } }));
    const executionArn = await lab.start(stateMachineArn, { a: 1 }, "one");
    const running = await lab.sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(running).toMatchObject({
      executionArn,
      stateMachineArn,
      name: "one",
      status: "RUNNING",
      input: '{"a":1}',
      inputDetails: { included: true },
    });
    expect(running.stopDate).toBeUndefined();
    await lab.seen(executionArn, "WaitStateEntered");
    await until(() => clock.waiting > 0);
    clock.advance(5000);
    const { execution } = await lab.finish(executionArn);
    expect(execution).toMatchObject({
      status: "SUCCEEDED",
      output: '{"a":1}',
      outputDetails: { included: true },
    });
    expect((execution.stopDate?.getTime() ?? 0) - (execution.startDate?.getTime() ?? 0)).toBe(5000);
    await expect(
      lab.sfn.send(new DescribeExecutionCommand({ executionArn: `${executionArn}x` })),
    ).rejects.toThrow(named("ExecutionDoesNotExist"));
  });

  test("are listed newest first, in pages, by status", async () => {
    const stateMachineArn = await lab.create(
      machine({
        C: { Type: "Choice", Choices: [{ Condition: "{% $states.input.bad %}", Next: "F" }], Default: "S" },
        F: { Type: "Fail" },
        S: { Type: "Succeed" },
      }),
    );
    for (let index = 0; index < 5; index++) {
      // Two of them begin in the same millisecond.
      if (index !== 2) clock.advance(1);
      await lab.finish(await lab.start(stateMachineArn, { bad: index % 2 === 1 }, `e${index}`));
    }
    const list = async (more: object) => {
      const pages: (string | undefined)[][] = [];
      let nextToken: string | undefined;
      do {
        const page = await lab.sfn.send(
          new ListExecutionsCommand({ stateMachineArn, maxResults: 2, nextToken, ...more }),
        );
        pages.push((page.executions ?? []).map(({ name }) => name));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return pages;
    };
    expect(await list({})).toEqual([["e4", "e3"], ["e2", "e1"], ["e0"]]);
    expect(await list({ statusFilter: "FAILED" })).toEqual([["e3", "e1"]]);
    expect(await list({ statusFilter: "RUNNING" })).toEqual([[]]);
    await expect(list({ nextToken: "nonsense" })).rejects.toThrow(named("InvalidToken"));
  });

  test("keep their definition when the machine is changed or deleted", async () => {
    const stateMachineArn = await lab.create(
      machine({ W: { Type: "Wait", Seconds: 5, Output: "old", End: true } }),
    );
    const executionArn = await lab.start(stateMachineArn);
    await lab.sfn.send(
      new UpdateStateMachineCommand({
        stateMachineArn,
        definition: JSON.stringify(machine({ W: { Type: "Pass", Output: "new", End: true } })),
      }),
    );
    await lab.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    const described = await lab.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(described.definition).toContain("old");
    await until(() => clock.waiting > 0);
    clock.advance(5000);
    expect((await lab.finish(executionArn)).output).toBe("old");
  });

  test("tell of every state they enter, and of their end", async () => {
    const arn = await lab.start(
      await lab.create(machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Fail", Error: "E" } })),
    );
    await lab.finish(arn);
    expect(changes.map(({ status, stateName }) => [status, stateName])).toEqual([
      ["RUNNING", undefined],
      ["RUNNING", "A"],
      ["RUNNING", "B"],
      ["FAILED", "B"],
    ]);
    expect(changes.every(({ executionArn }) => executionArn === arn)).toBe(true);
  });
});

describe("histories", () => {
  test("come in pages, either way round, with or without data", async () => {
    const { arn: executionArn } = await lab.run(
      machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", End: true } }),
      { secret: 1 },
    );
    const ids = async (more: object) => {
      const found: number[][] = [];
      let nextToken: string | undefined;
      do {
        const page = await lab.sfn.send(
          new GetExecutionHistoryCommand({ executionArn, maxResults: 4, nextToken, ...more }),
        );
        found.push((page.events ?? []).map(({ id }) => id ?? 0));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    };
    expect(await ids({})).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    expect(await ids({ reverseOrder: true })).toEqual([
      [6, 5, 4, 3],
      [2, 1],
    ]);
    const bare = await lab.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(JSON.stringify(bare.events)).not.toContain("secret");
    expect(bare.events?.[1]?.stateEnteredEventDetails?.name).toBe("A");
  });

  test("end with their 25,000th event", { timeout: 60_000 }, async () => {
    const loop = machine({
      A: { Type: "Choice", Choices: [{ Condition: "{% $states.input.stop %}", Next: "B" }], Default: "A" },
      B: { Type: "Succeed" },
    });
    const { execution, events } = await lab.run(loop, { stop: false });
    const cause = "The execution reached the maximum number of history events (25000).";
    expect(execution).toMatchObject({ status: "FAILED", error: "States.Runtime", cause });
    expect(events).toHaveLength(25_000);
    expect(events.at(-1)).toMatchObject({ type: "ExecutionFailed", id: 25_000, previousEventId: 24_999 });
  });
});

describe("stopping", () => {
  test("aborts with a reason, and nothing follows", async () => {
    const executionArn = await lab.start(await lab.create(forever));
    await lab.seen(executionArn, "WaitStateEntered");
    const { stopDate } = await lab.sfn.send(
      new StopExecutionCommand({ executionArn, error: "Enough", cause: "by hand" }),
    );
    expect(stopDate?.getTime()).toBe(clock.now());
    const { execution, events } = await lab.finish(executionArn);
    expect(execution).toMatchObject({ status: "ABORTED", error: "Enough", cause: "by hand" });
    expect(types(events)).toEqual(["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]);
    expect(events[2]).toMatchObject({
      previousEventId: 0,
      executionAbortedEventDetails: { error: "Enough", cause: "by hand" },
    });
    clock.advance(200_000_000);
    expect(await lab.history(executionArn)).toHaveLength(3);
  });

  test("without a reason leaves none, and stopping what is over changes nothing", async () => {
    const executionArn = await lab.start(await lab.create(forever));
    await lab.sfn.send(new StopExecutionCommand({ executionArn }));
    const { execution, events } = await lab.finish(executionArn);
    expect(execution).not.toHaveProperty("error");
    expect(events.at(-1)?.executionAbortedEventDetails).toEqual({});
    clock.advance(1000);
    const again = await lab.sfn.send(new StopExecutionCommand({ executionArn, error: "Late" }));
    expect(again.stopDate).toEqual(execution.stopDate);
    expect((await lab.finish(executionArn)).execution).not.toHaveProperty("error");
  });
});

describe("a machine's TimeoutSeconds", () => {
  test("ends the execution, without an error of its own", async () => {
    const executionArn = await lab.start(await lab.create({ ...forever, TimeoutSeconds: 60 }));
    await lab.seen(executionArn, "WaitStateEntered");
    clock.advance(60_000);
    const { execution, events } = await lab.finish(executionArn);
    expect(execution.status).toBe("TIMED_OUT");
    for (const field of ["output", "error", "cause"]) expect(execution).not.toHaveProperty(field);
    expect((execution.stopDate?.getTime() ?? 0) - (execution.startDate?.getTime() ?? 0)).toBe(60_000);
    expect(events.at(-1)).toMatchObject({
      type: "ExecutionTimedOut",
      id: 3,
      previousEventId: 0,
      executionTimedOutEventDetails: { error: "States.Timeout" },
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
