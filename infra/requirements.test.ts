import { existsSync } from "node:fs";
import validateDefinition from "asl-validator";
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../packages/local/src/synth/graph.ts";
import { allStates, type Definition } from "./states/definition.ts";
import { graphOf, ofType, only, subnetsOf } from "./graph.ts";

/** The rows of the requirements, as the graph of production shows them. Network, data and tasks are in requirements/. */
let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

describe("secrets", () => {
  it("stand in Secrets Manager and in no environment of a function or task, nor in an output", () => {
    const secrets = ofType(production, "random:index/randomPassword:RandomPassword").map(
      ({ outputs }) => outputs.result as string,
    );
    expect(secrets).toHaveLength(2);
    const visible = JSON.stringify([
      ofType(production, "aws:lambda/function:Function").map(({ inputs }) => inputs.environment),
      ofType(production, "aws:ecs/taskDefinition:TaskDefinition").map(({ inputs }) => inputs),
      production.functions.map(({ links }) => links),
      production.outputs,
    ]);
    for (const secret of secrets) expect(visible).not.toContain(secret);
    const kept = ofType(production, "aws:secretsmanager/secretVersion:SecretVersion").map(
      ({ inputs }) => inputs.secretString as string,
    );
    for (const secret of secrets)
      expect(kept.some((text) => Object.values(JSON.parse(text) as object).includes(secret))).toBe(true);
  });
});

/** By name, with those inside of others. */
const states = (graph: Graph): Partial<Record<string, Record<string, unknown>>> =>
  Object.fromEntries(
    allStates(
      JSON.parse(only(graph, "aws:sfn/stateMachine:StateMachine").inputs.definition as string) as Definition,
    ).map(([name, state]) => [name, { ...state }]),
  );

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds: number;
}

const retriersOfTasks = () => states(production).Process?.Retry as Retrier[];

function retrierOf(error: string): Retrier {
  const retrier = retriersOfTasks().find(({ ErrorEquals }) => ErrorEquals.includes(error));
  if (!retrier) throw new Error(`No retrier names ${error}.`);
  return retrier;
}

describe("workflow", () => {
  it("is a definition that AWS would accept", () => {
    const definition = JSON.parse(
      only(production, "aws:sfn/stateMachine:StateMachine").inputs.definition as string,
    ) as object;
    const { isValid, errorsText } = validateDefinition(definition);
    expect(errorsText()).toBe("");
    expect(isValid).toBe(true);
    expect(definition).toHaveProperty("TimeoutSeconds");
  });

  it("gives every task a timeout, retries with backoff and jitter, and a way out", () => {
    const all = states(production);
    const tasks = Object.entries(all).flatMap(([name, state]) =>
      state?.Type === "Task" ? [[name, state] as const] : [],
    );
    expect(tasks.map(([name]) => name).sort()).toEqual([
      "EncodePart",
      "Inspect",
      "NotifyCompletion",
      "NotifyError",
      "Preview",
      "Process",
      "Publish",
      "RecordFailure",
    ]);
    for (const [name, { TimeoutSeconds, Retry, Catch }] of tasks) {
      expect({ name, TimeoutSeconds }).toEqual({ name, TimeoutSeconds: expect.any(Number) as number });
      // A task's failure is that of the states around it, which have a way out.
      const wayOut = ["Process", "EncodePart"].includes(name) ? all.Work?.Catch : Catch;
      expect(wayOut).toEqual([expect.objectContaining({ ErrorEquals: ["States.ALL"] })]);
      for (const retrier of Retry as Record<string, unknown>[])
        expect(retrier).toMatchObject({ BackoffRate: 2, JitterStrategy: "FULL" });
    }
  });

  it.each(["Inspect", "Publish"])("retries %s when Lambda itself fails, by every name that has", (name) => {
    const retriers = states(production)[name]?.Retry as { ErrorEquals: string[] }[];
    expect(retriers.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(
      expect.arrayContaining([
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "Lambda.Unknown",
        "Runtime.ExitError",
        "Sandbox.Timedout",
        "States.Timeout",
      ]),
    );
  });

  it("tries a task again that crashed or took too long, and not what AWS refuses", () => {
    const retrier = retrierOf("States.TaskFailed");
    expect(retrier.MaxAttempts).toBe(3);
    expect(retrier).toEqual(retrierOf("States.Timeout"));
    const all = retriersOfTasks().flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(all).not.toContain("States.ALL");
    expect(all).not.toContain("ECS.AccessDeniedException");
  });

  it.each(["AmazonECS.Unknown", "ECS.AmazonECSException", "ECS.ThrottlingException"])(
    "waits about an hour for room when a task is refused with %s, and asks at least every two minutes",
    (error) => {
      const retrier = retrierOf(error);
      // The first that matches counts, and States.TaskFailed matches these as well.
      expect(retriersOfTasks()[0]).toEqual(retrier);
      expect(retrier.MaxDelaySeconds).toBeLessThanOrEqual(120);
      const longest = Array.from({ length: retrier.MaxAttempts }, (_, attempt) =>
        Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** attempt, retrier.MaxDelaySeconds),
      );
      // Full jitter waits anything up to that: half of it, on average.
      const minutes = longest.reduce((sum, seconds) => sum + seconds / 2, 0) / 60;
      expect(minutes).toBeGreaterThan(55);
      expect(minutes).toBeLessThan(75);
      // Scheduled, started, failed: three events of the 25,000 that an execution may have.
      expect(retrier.MaxAttempts * 3).toBeLessThan(1000);
    },
  );

  it("ends every failure by recording it and telling the error topic", () => {
    const all = states(production);
    for (const name of ["Inspect", "Work", "Publish"])
      expect((all[name]?.Catch as { Next: string }[])[0]?.Next).toBe("RecordFailure");
    expect(all.RecordFailure?.Next).toBe("StillCurrent");
    expect(all.StillCurrent?.Choices).toEqual([expect.objectContaining({ Next: "NotifyError" })]);
    expect(all[all.StillCurrent?.Default as string]?.Type).toBe("Succeed");
    expect((all.NotifyError?.Arguments as { TopicArn: string }).TopicArn).toBe(production.outputs.errorTopic);
    expect((all.NotifyCompletion?.Arguments as { TopicArn: string }).TopicArn).toBe(
      production.outputs.completionTopic,
    );
  });

  it("shows a source beside its tasks, and goes on with what they say, whatever becomes of that", () => {
    const all = states(production);
    const branches = all.Work?.Branches as { StartAt: string }[];
    expect(branches.map(({ StartAt }) => StartAt)).toEqual(["Preview", "InParts"]);
    expect(all.Work).toMatchObject({ Output: "{% $states.result[1] %}", Next: "Publish" });
    const [caught] = all.Preview?.Catch as { Next: string }[];
    expect(all[caught?.Next ?? ""]).toMatchObject({ Type: "Pass", End: true });
    // A video is not published before this has ended: its time and the waits between tries stay within some minutes.
    expect(all.Preview?.TimeoutSeconds).toBe(240);
    const retriers = all.Preview?.Retry as Retrier[];
    expect(retriers.map(({ ErrorEquals }) => ErrorEquals)).toEqual([["Lambda.TooManyRequestsException"]]);
  });

  it("logs everything without the data, is traced, and may follow and stop its tasks", () => {
    expect(only(production, "aws:sfn/stateMachine:StateMachine").inputs).toMatchObject({
      type: "STANDARD",
      loggingConfiguration: { level: "ALL", includeExecutionData: false },
      tracingConfiguration: { enabled: true },
    });
    const policy = policyOf(only(production, "aws:iam/role:Role", "WorkflowRole"));
    expect(actionsOf(policy)).toEqual(
      expect.arrayContaining(["ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks", "iam:PassRole"]),
    );
    expect(actionsOf(policy)).not.toContain("events:*");
    const runTask = policy.Statement.find(({ Action }) => JSON.stringify(Action).includes("ecs:RunTask"));
    expect(JSON.stringify(runTask?.Resource)).toMatch(/task-definition\/[^"]+:\*"/);
  });
});

interface Policy {
  Statement: { Action: string | string[]; Resource: unknown }[];
}

function policyOf(role: Resource): Policy {
  const [inline] = role.inputs.inlinePolicies as { policy: string }[];
  return JSON.parse(inline?.policy ?? "{}") as Policy;
}

const actionsOf = ({ Statement }: Policy) => Statement.flatMap(({ Action }) => Action);

describe("API", () => {
  it("offers at least the two endpoints of the reference, traced and logged", () => {
    const methods = ofType(production, "sst:aws:ApiGatewayV1LambdaRoute");
    expect(methods.length).toBeGreaterThanOrEqual(2);
    const parts = ofType(production, "aws:apigateway/resource:Resource").map(({ inputs }) => inputs.pathPart);
    expect(parts).toEqual(expect.arrayContaining(["health", "metadata", "videos"]));
    expect(only(production, "aws:apigateway/stage:Stage").inputs).toMatchObject({ xrayTracingEnabled: true });
    expect(only(production, "aws:apigateway/stage:Stage").inputs.accessLogSettings).toBeTruthy();
  });
});

describe("functions", () => {
  it("have a handler that exists, run in private subnets, are traced and keep their logs for a limited time", () => {
    const root = `${import.meta.dirname}/../`;
    expect(production.functions.length).toBeGreaterThan(0);
    for (const { handler } of production.functions)
      expect(existsSync(`${root}${handler.replace(/\.\w+$/, ".ts")}`), handler).toBe(true);
    const subnets = subnetsOf(production, /Private/).map(({ id }) => id);
    for (const { name, inputs } of ofType(production, "aws:lambda/function:Function")) {
      expect({ name, subnets: (inputs.vpcConfig as { subnetIds: string[] }).subnetIds }).toEqual({
        name,
        subnets,
      });
      expect({ name, tracing: inputs.tracingConfig }).toEqual({ name, tracing: { mode: "Active" } });
    }
    for (const { name, inputs } of ofType(production, "aws:cloudwatch/logGroup:LogGroup")) {
      expect({ name, days: inputs.retentionInDays }).toEqual({ name, days: 365 });
    }
  });
});

describe("stages", () => {
  it("can be any name, and share nothing", () => {
    expect(small.resources.length).toBeGreaterThan(200);
    const names = (graph: Graph) =>
      ofType(graph, "aws:s3/bucketV2:BucketV2").map(({ inputs }) => inputs.bucket);
    expect(names(small).filter((name) => names(production).includes(name))).toEqual([]);
  });

  it("say where they are: API, topics, state machine, cluster, console and dashboard", () => {
    expect(Object.keys(production.outputs).sort()).toEqual([
      "api",
      "apiGateway",
      "cluster",
      "completionTopic",
      "console",
      "dashboard",
      "errorTopic",
      "workflow",
    ]);
    for (const value of Object.values(production.outputs)) expect(value).toMatch(/^(https:\/\/|arn:aws:)/);
  });
});
