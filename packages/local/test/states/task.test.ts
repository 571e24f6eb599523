import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, test } from "vitest";
import { TaskError } from "../../src/emulator/states/integration.ts";
import { fn, type Lab, machine, openLab, service, single, testClock, types, until } from "./harness.ts";

let lab: Lab;
afterEach(() => lab.close());

const hanging =
  (ended: string[], name = "work") =>
  (_input: unknown, signal: AbortSignal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        ended.push(name);
        reject(new Error("aborted"));
      });
    });

describe("a function called by its ARN", () => {
  test("gets the state's input, and its answer is the result", async () => {
    lab = await openLab({ functions: { twice: (input) => (input as { n: number }).n * 2 } });
    const { output, events } = await lab.run(
      single({
        Type: "Task",
        Resource: fn("twice"),
        TimeoutSeconds: 9,
        Credentials: { RoleArn: "{% $states.input.role %}" },
      }),
      { n: 4, role: "arn:aws:iam::222222222222:role/other" },
    );
    expect(output).toBe(8);
    expect(types(events).slice(2, 5)).toEqual([
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
    ]);
    expect(events[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      input: '{"n":4,"role":"arn:aws:iam::222222222222:role/other"}',
      inputDetails: { truncated: false },
      resource: fn("twice"),
      timeoutInSeconds: 9,
      taskCredentials: { roleArn: "arn:aws:iam::222222222222:role/other" },
    });
    expect(events[4]?.lambdaFunctionSucceededEventDetails).toEqual({
      output: "8",
      outputDetails: { truncated: false },
    });
  });

  test("times out without a cause; the function is told to end, and a catcher sees an empty cause", async () => {
    const ended: string[] = [];
    const clock = testClock();
    lab = await openLab({ clock, functions: { hang: hanging(ended) } });
    const States = {
      T: {
        Type: "Task",
        Resource: fn("hang"),
        TimeoutSeconds: "{% $states.input.limit %}",
        Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Pass", End: true },
    };
    const arn = await lab.start(await lab.create(machine(States)), { limit: 30 });
    await lab.seen(arn, "LambdaFunctionStarted");
    clock.advance(29_999);
    expect(ended).toEqual([]);
    clock.advance(1);
    const { output, events } = await lab.finish(arn);
    expect(ended).toEqual(["work"]);
    expect(output).toEqual({ Error: "States.Timeout", Cause: "" });
    expect(
      events.find(({ type }) => type === "LambdaFunctionTimedOut")?.lambdaFunctionTimedOutEventDetails,
    ).toEqual({ error: "States.Timeout" });
  });
});

describe("lambda:invoke", () => {
  test("wraps the answer; a string is the event's JSON text", async () => {
    lab = await openLab({ functions: { echo: (input) => input } });
    const run = (Payload: unknown) =>
      lab.run(
        single({
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Arguments: { FunctionName: fn("echo"), Payload },
        }),
      );
    const { output } = await run({ a: 1 });
    expect(output).toMatchObject({
      ExecutedVersion: "$LATEST",
      Payload: { a: 1 },
      StatusCode: 200,
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
    expect((await run('"plain"')).output).toMatchObject({ Payload: "plain" });
    expect((await run("{")).execution.error).toBe("Lambda.InvalidRequestContentException");
  });

  test("refuses arguments that would be ignored", async () => {
    lab = await openLab({ functions: { echo: (input) => input } });
    const { execution } = await lab.run(
      single({
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: fn("echo"), LogType: "Tail" },
      }),
    );
    expect(execution.cause).toContain("'LogType'");
  });
});

describe("a service", () => {
  test("gets its arguments, and events name resource, type and times", async () => {
    const seen: unknown[] = [];
    lab = await openLab({
      integrations: { "sns:publish": service((parameters) => (seen.push(parameters), { MessageId: "m" })) },
    });
    const { output, events } = await lab.run(
      single({
        Type: "Task",
        Resource: "arn:aws:states:::sns:publish",
        Arguments: { TopicArn: "t", Message: { a: 1 } },
        TimeoutSeconds: 60,
        HeartbeatSeconds: "{% 5 * 2 %}",
      }),
    );
    expect(seen).toEqual([{ TopicArn: "t", Message: { a: 1 } }]);
    expect(output).toEqual({ MessageId: "m" });
    const named = { resource: "publish", resourceType: "sns" };
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      ...named,
      region: "us-east-1",
      parameters: '{"TopicArn":"t","Message":{"a":1}}',
      timeoutInSeconds: 60,
      heartbeatInSeconds: 10,
    });
    expect(events[3]?.taskStartedEventDetails).toEqual(named);
    expect(events[4]?.taskSucceededEventDetails).toEqual({
      ...named,
      output: '{"MessageId":"m"}',
      outputDetails: { truncated: false },
    });
  });

  test("fails with its own error", async () => {
    lab = await openLab({
      integrations: {
        "sns:publish": service(() => Promise.reject(new TaskError("SNS.NotFoundException", "no topic"))),
      },
    });
    const { execution, events } = await lab.run(
      single({ Type: "Task", Resource: "arn:aws:states:::sns:publish", Arguments: {} }),
    );
    expect(execution).toMatchObject({ error: "SNS.NotFoundException", cause: "no topic" });
    expect(events[4]?.taskFailedEventDetails).toEqual({
      resource: "publish",
      resourceType: "sns",
      error: "SNS.NotFoundException",
      cause: "no topic",
    });
  });

  test("that breaks is a failed task, and a line in the log", async () => {
    lab = await openLab({
      integrations: { "sns:publish": service(() => Promise.reject(new RangeError("bug"))) },
    });
    const { execution } = await lab.run(
      single({ Type: "Task", Resource: "arn:aws:states:::sns:publish", Arguments: {} }),
    );
    expect(execution).toMatchObject({ error: "States.TaskFailed", cause: "RangeError: bug" });
    expect(lab.logs).toMatchObject([{ level: "error" }]);
  });
});

describe(".sync", () => {
  const run = (job: (response: unknown, signal: AbortSignal) => unknown) =>
    openLab({ integrations: { "ecs:runTask": service(() => ({ Failures: [], Tasks: ["t"] }), job) } });
  const state = { Type: "Task", Resource: "arn:aws:states:::ecs:runTask.sync", Arguments: {} };

  test("is submitted with the answer, and its result is the job's", async () => {
    lab = await run((response) => ({ stopped: response }));
    const { output, events } = await lab.run(single(state));
    expect(output).toEqual({ stopped: { Failures: [], Tasks: ["t"] } });
    expect(types(events).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
    expect(events[4]?.taskSubmittedEventDetails).toMatchObject({
      resource: "runTask.sync",
      resourceType: "ecs",
      output: '{"Failures":[],"Tasks":["t"]}',
    });
  });

  test("fails as the job does", async () => {
    lab = await run(() => Promise.reject(new TaskError("States.TaskFailed", '{"ExitCode":1}')));
    expect((await lab.run(single(state))).execution).toMatchObject({
      error: "States.TaskFailed",
      cause: '{"ExitCode":1}',
    });
  });

  test("that takes too long is told to end, and awaited", async () => {
    const ended: string[] = [];
    const clock = testClock();
    lab = await openLab({ clock, integrations: { "ecs:runTask": service(() => ({}), hanging(ended)) } });
    const arn = await lab.start(await lab.create(single({ ...state, TimeoutSeconds: 5 })));
    await lab.seen(arn, "TaskSubmitted");
    clock.advance(5000);
    const { execution, events } = await lab.finish(arn);
    expect(ended).toEqual(["work"]);
    expect(execution.error).toBe("States.Timeout");
    expect(events.at(-2)?.taskTimedOutEventDetails).toEqual({
      resource: "runTask.sync",
      resourceType: "ecs",
      error: "States.Timeout",
    });
  });

  test("is told to end when the execution is stopped", async () => {
    const ended: string[] = [];
    lab = await run(hanging(ended));
    const arn = await lab.start(await lab.create(single(state)));
    await lab.seen(arn, "TaskSubmitted");
    await lab.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    expect(ended).toEqual(["work"]);
  });
});

describe(".waitForTaskToken", () => {
  const tokens: string[] = [];
  const waiting = (more: object = {}) =>
    single({
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Arguments: { token: "{% $states.context.Task.Token %}" },
      ...more,
    });
  const open = async (options: object = {}) => {
    tokens.length = 0;
    lab = await openLab({
      integrations: {
        "sqs:sendMessage": service(
          (_parameters, _signal, token) => (tokens.push(token ?? ""), { MessageId: "m" }),
        ),
      },
      ...options,
    });
  };
  const begin = async (definition: object) => {
    const arn = await lab.start(await lab.create(definition));
    const [scheduled] = (await lab.seen(arn, "TaskSubmitted")).filter(({ type }) => type === "TaskScheduled");
    const taskToken = (
      JSON.parse(scheduled?.taskScheduledEventDetails?.parameters ?? "{}") as { token: string }
    ).token;
    return { arn, taskToken };
  };

  test("gives the same token to the arguments and to the service, and ends with the answer", async () => {
    await open();
    const { arn, taskToken } = await begin(waiting());
    expect(tokens).toEqual([taskToken]);
    await lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }));
    const { output, events } = await lab.finish(arn);
    expect(output).toEqual({ done: true });
    expect(types(events).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
  });

  test("fails with the error that is sent", async () => {
    await open();
    const { arn, taskToken } = await begin(waiting());
    await lab.sfn.send(new SendTaskFailureCommand({ taskToken, error: "Refused", cause: "by hand" }));
    expect((await lab.finish(arn)).execution).toMatchObject({ error: "Refused", cause: "by hand" });
  });

  test("takes one answer, and none after its end", async () => {
    await open();
    const { arn, taskToken } = await begin(waiting());
    await lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "1" }));
    await lab.finish(arn);
    await expect(lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "2" }))).rejects.toThrow(
      expect.objectContaining({ name: "TaskTimedOut" }) as Error,
    );
    await expect(lab.sfn.send(new SendTaskHeartbeatCommand({ taskToken }))).rejects.toThrow(
      expect.objectContaining({ name: "TaskTimedOut" }) as Error,
    );
    await expect(
      lab.sfn.send(new SendTaskSuccessCommand({ taskToken: "no-such-token", output: "2" })),
    ).rejects.toThrow(expect.objectContaining({ name: "InvalidToken" }) as Error);
    await expect(lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "{" }))).rejects.toThrow(
      expect.objectContaining({ name: "InvalidOutput" }) as Error,
    );
  });

  test("lives as long as its heart beats", async () => {
    const clock = testClock();
    await open({ clock });
    const States = {
      T: {
        ...(waiting({ HeartbeatSeconds: 10 }).States as { Only: object }).Only,
        Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "Caught" }],
      },
      Caught: { Type: "Pass", End: true },
    };
    const { arn, taskToken } = await begin(machine(States));
    for (let beat = 0; beat < 3; beat++) {
      await until(() => (clock.waiting > 0 ? true : undefined));
      clock.advance(9000);
      await lab.sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    }
    await until(() => (clock.waiting > 0 ? true : undefined));
    clock.advance(10_000);
    const { output, events } = await lab.finish(arn);
    expect(output).toEqual({ Error: "States.Timeout", Cause: "" });
    expect(events.find(({ type }) => type === "TaskTimedOut")?.timestamp?.getTime()).toBe(
      (events[0]?.timestamp?.getTime() ?? 0) + 37_000,
    );
  });

  test("is not there any more once its state went on without it", async () => {
    const clock = testClock();
    await open({ clock });
    const { Only } = waiting({ TimeoutSeconds: 5 }).States as { Only: object };
    const States = {
      T: { ...Only, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Later" }] },
      Later: { Type: "Wait", Seconds: 99, End: true },
    };
    const { arn, taskToken } = await begin(machine(States));
    await until(() => (clock.waiting > 0 ? true : undefined));
    clock.advance(5000);
    await lab.seen(arn, "WaitStateEntered");
    const late = lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "2" }));
    await expect(late).rejects.toThrow(expect.objectContaining({ name: "TaskTimedOut" }) as Error);
  });

  test("is not there any more once the execution is over", async () => {
    await open();
    const { arn, taskToken } = await begin(waiting());
    await lab.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    const late = lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "2" }));
    await expect(late).rejects.toThrow(expect.objectContaining({ name: "TaskTimedOut" }) as Error);
  });

  test("times out however the heart beats", async () => {
    const clock = testClock();
    await open({ clock });
    const { arn, taskToken } = await begin(waiting({ HeartbeatSeconds: 10, TimeoutSeconds: 15 }));
    await until(() => (clock.waiting > 0 ? true : undefined));
    clock.advance(9000);
    await lab.sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    await until(() => (clock.waiting > 0 ? true : undefined));
    clock.advance(6000);
    expect((await lab.finish(arn)).execution.error).toBe("States.Timeout");
    await expect(lab.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "2" }))).rejects.toThrow(
      expect.objectContaining({ name: "TaskTimedOut" }) as Error,
    );
  });
});
