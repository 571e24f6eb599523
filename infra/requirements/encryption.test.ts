import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "../graph.ts";
import { standsFor } from "../permissions/use/grants.ts";

let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const statementsOf = ({ inputs }: Resource) =>
  (JSON.parse(inputs.policy as string) as { Statement: Statement[] }).Statement;
const topicNamed = (graph: Graph, name: string) => only(graph, "aws:sns/topic:Topic", name);
const policyOf = (graph: Graph, topic: Resource) =>
  ofType(graph, "aws:sns/topicPolicy:TopicPolicy").filter(({ inputs }) => inputs.arn === topic.outputs.arn);

/** The services that a topic's policy lets in, with the sources that it names. */
const admitted = (graph: Graph, topic: Resource) =>
  policyOf(graph, topic)
    .flatMap(statementsOf)
    .filter(({ Effect }) => Effect === "Allow");

describe("the key", () => {
  it("changes every year, is the account's to manage, and lets in services for this account alone", () => {
    for (const graph of [production, small]) {
      const key = only(graph, "aws:kms/key:Key");
      expect(key.inputs.enableKeyRotation).toBe(true);
      const [own, ...services] = statementsOf(key);
      expect(own?.Principal).toEqual({ AWS: "arn:aws:iam::123456789012:root" });
      for (const { Sid, Principal, Condition } of services) {
        expect({ Sid, kinds: Object.keys(Principal) }).toEqual({ Sid, kinds: ["Service"] });
        expect({ Sid, condition: JSON.stringify(Condition) }).toEqual({
          Sid,
          condition: expect.stringContaining("123456789012") as string,
        });
      }
    }
    expect(only(production, "aws:kms/key:Key").inputs.deletionWindowInDays).toBe(30);
    expect(only(small, "aws:kms/key:Key").inputs.deletionWindowInDays).toBe(7);
  });

  it("keeps every topic, secret, log group and function's environment", () => {
    const { arn, keyId } = only(production, "aws:kms/key:Key").outputs;
    const kept: readonly (readonly [type: string, field: string])[] = [
      ["aws:sns/topic:Topic", "kmsMasterKeyId"],
      ["aws:secretsmanager/secret:Secret", "kmsKeyId"],
      ["aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"],
      ["aws:lambda/function:Function", "kmsKeyArn"],
    ];
    for (const [type, field] of kept) {
      const resources = ofType(production, type);
      expect(resources.length, type).toBeGreaterThan(0);
      for (const { name, inputs } of resources)
        expect({ name, key: [arn, keyId].includes(inputs[field]) }).toEqual({ name, key: true });
    }
  });

  it("may be used by CloudWatch Logs for every log group, and by whatever a topic lets in", () => {
    const statements = statementsOf(only(production, "aws:kms/key:Key"));
    const of = (service: string) => statements.find(({ Principal }) => Principal.Service === service);
    const logs = of("logs.ap-northeast-1.amazonaws.com");
    const pattern = logs?.Condition?.ArnLike?.["kms:EncryptionContext:aws:logs:arn"] ?? "";
    for (const { outputs } of ofType(production, "aws:cloudwatch/logGroup:LogGroup"))
      expect(standsFor(pattern, outputs.arn as string), outputs.arn as string).toBe(true);
    const services = ofType(production, "aws:sns/topic:Topic")
      .flatMap((topic) => admitted(production, topic))
      .map(({ Principal }) => Principal.Service ?? "");
    expect(services).toContain("cloudwatch.amazonaws.com");
    for (const service of services)
      expect([of(service)?.Action].flat()).toEqual(
        expect.arrayContaining(["kms:GenerateDataKey", "kms:Decrypt"]),
      );
  });

  it("outlives a mistake in production with the secrets that it keeps", () => {
    for (const { inputs } of ofType(production, "aws:secretsmanager/secret:Secret"))
      expect(inputs.recoveryWindowInDays).toBe(30);
    for (const { inputs } of ofType(small, "aws:secretsmanager/secret:Secret"))
      expect(inputs.recoveryWindowInDays).toBe(0);
  });
});

describe("topics", () => {
  it("have one policy each, which refuses whoever comes without TLS", () => {
    for (const graph of [production, small]) {
      const topics = ofType(graph, "aws:sns/topic:Topic");
      expect(topics.map(({ name }) => name).sort()).toEqual(["CompletionTopicTopic", "ErrorTopicTopic"]);
      for (const topic of topics) {
        const policies = policyOf(graph, topic);
        expect({ topic: topic.name, policies: policies.length }).toEqual({ topic: topic.name, policies: 1 });
        expect(policies.flatMap(statementsOf)).toContainEqual(
          expect.objectContaining({
            Effect: "Deny",
            Principal: { AWS: "*" },
            Action: "sns:Publish",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        );
      }
    }
  });

  it("let in alarms of this stage to the error topic, and no service to the other", () => {
    const alarm = (name: string) => `arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:${name}`;
    const [only, ...others] = admitted(production, topicNamed(production, "ErrorTopicTopic")).filter(
      ({ Principal }) => Principal.Service === "cloudwatch.amazonaws.com",
    );
    expect(others).toEqual([]);
    const source = only?.Condition?.ArnLike?.["aws:SourceArn"] ?? "";
    expect(standsFor(source, alarm("telecine-production-WorkflowFailed"))).toBe(true);
    expect(standsFor(source, alarm("telecine-staging-WorkflowFailed"))).toBe(false);
    expect(only?.Condition?.StringEquals?.["aws:SourceAccount"]).toBe("123456789012");
    for (const { outputs } of ofType(production, "aws:cloudwatch/metricAlarm:MetricAlarm"))
      expect(standsFor(source, outputs.arn as string), outputs.arn as string).toBe(true);
    expect(admitted(production, topicNamed(production, "CompletionTopicTopic"))).toEqual([]);
  });
});

describe("dead letters", () => {
  const QUEUE = "aws:sqs/queue:Queue";

  it("are kept for 14 days, encrypted, in a queue that refuses whoever comes without TLS", () => {
    const queue = only(production, QUEUE, "DeadLettersQueue");
    expect(queue.inputs).toMatchObject({ messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true });
    const policy = ofType(production, "aws:sqs/queuePolicy:QueuePolicy").find(
      ({ inputs }) => inputs.queueUrl === queue.outputs.url,
    );
    const [refusal, ...allowed] = policy ? statementsOf(policy) : [];
    expect(refusal).toMatchObject({
      Effect: "Deny",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(allowed.map(({ Principal }) => Principal)).toEqual([{ Service: "sns.amazonaws.com" }]);
    const source = allowed[0]?.Condition?.ArnLike?.["aws:SourceArn"] ?? "";
    for (const { outputs } of ofType(production, "aws:sns/topic:Topic"))
      expect(standsFor(source, outputs.arn as string)).toBe(true);
  });

  it("are what becomes of events that a function failed at three times", () => {
    const invoked = new Set([
      ...ofType(production, "aws:s3/bucketNotification:BucketNotification").flatMap(({ inputs }) =>
        (inputs.lambdaFunctions as { lambdaFunctionArn: string }[]).map((target) => target.lambdaFunctionArn),
      ),
      ...ofType(production, "aws:cloudwatch/eventTarget:EventTarget").map(
        ({ inputs }) => inputs.arn as string,
      ),
    ]);
    expect(invoked.size).toBeGreaterThanOrEqual(2);
    for (const fn of ofType(production, "aws:lambda/function:Function")) {
      if (!invoked.has(fn.outputs.arn as string)) continue;
      const config = ofType(
        production,
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      ).find(({ inputs }) => inputs.functionName === fn.outputs.name);
      expect({ name: fn.name, config: config?.inputs }).toMatchObject({
        name: fn.name,
        config: {
          maximumRetryAttempts: 2,
          destinationConfig: {
            onFailure: { destination: only(production, QUEUE, "DeadLettersQueue").outputs.arn },
          },
        },
      });
    }
  });
});

describe("functions", () => {
  it("run on a runtime that AWS keeps up, no more of them at once than the database takes", () => {
    // RDS: the memory in bytes / 9,531,392 connections (db.t4g.medium has 4 GiB), of which its own agents take a few.
    const connections = Math.floor((4 * 1024 ** 3) / 9_531_392);
    const functions = ofType(production, "aws:lambda/function:Function");
    const reserved = functions.map(({ name, inputs }) => {
      expect({ name, runtime: inputs.runtime }).toEqual({ name, runtime: "nodejs22.x" });
      const count = inputs.reservedConcurrentExecutions as number;
      expect(count, name).toBeGreaterThan(0);
      return count;
    });
    const total = reserved.reduce((sum, count) => sum + count, 0);
    // The other half is for tasks and people. And Lambda keeps 100 of an account's 1,000 for functions without a number.
    expect(total).toBeLessThan(connections / 2);
    expect(total).toBeLessThanOrEqual(900);
  });
});
