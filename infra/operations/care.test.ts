import { beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../packages/local/src/emulator/states/json.ts";
import { evaluateTemplate } from "../../packages/local/src/emulator/states/query/template.ts";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "../graph.ts";
import { allStates, type Definition } from "../states/definition.ts";

/** Rows 16 and 18 of the requirements: what is traced, kept and cleared away. */
let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

describe("a trace", () => {
  it("goes on from gateway to function, state machine and task", () => {
    expect(only(production, "aws:apigateway/stage:Stage").inputs.xrayTracingEnabled).toBe(true);
    expect(only(production, "aws:sfn/stateMachine:StateMachine").inputs.tracingConfiguration).toEqual({
      enabled: true,
    });
    for (const { name, inputs } of ofType(production, "aws:lambda/function:Function"))
      expect({ name, tracing: inputs.tracingConfig }).toEqual({ name, tracing: { mode: "Active" } });
    expect(JSON.stringify(only(production, "aws:iam/role:Role", "WorkerTaskRole").inputs)).toContain(
      "xray:PutTraceSegments",
    );
  });

  it.each([
    [{ trace: "Root=1-a;Parent=b;Sampled=1" }, "Root=1-a;Parent=b;Sampled=1"],
    // Started by hand, by the reconciler, or outside of Lambda.
    [{}, ""],
  ])("reaches a task with its execution's input: %o", async (more, expected) => {
    const definition = only(production, "aws:sfn/stateMachine:StateMachine").inputs.definition as string;
    const [, processState] =
      allStates(JSON.parse(definition) as Definition).find(([name]) => name === "Process") ?? [];
    const input = { videoId: "vid_1", attempt: 1, ...more };
    const size = { cpu: "1024", memory: "2048", diskGb: 21 };
    const states = {
      input: { videoId: "vid_1", attempt: 1, size },
      context: { Execution: { Input: input } },
    };
    const filled = (await evaluateTemplate((processState?.Arguments ?? null) as Json, "Arguments", {
      states,
      variables: {},
    })) as { Overrides: { ContainerOverrides: { Environment: { Name: string; Value: string }[] }[] } };
    const [container] = filled.Overrides.ContainerOverrides;
    expect(container?.Environment).toContainEqual({ Name: "TRACE_HEADER", Value: expected });
  });
});

describe("backups", () => {
  it("are made daily of database, files and bucket, kept for 35 days, and cannot be deleted for a week", () => {
    const vault = only(production, "aws:backup/vault:Vault");
    const plan = only(production, "aws:backup/plan:Plan");
    expect(plan.inputs.rules).toMatchObject([
      { targetVaultName: vault.outputs.name, schedule: "cron(0 18 * * ? *)", lifecycle: { deleteAfter: 35 } },
    ]);
    const selection = only(production, "aws:backup/selection:Selection").inputs;
    expect(selection).toMatchObject({
      planId: plan.id,
      resources: [
        only(production, "aws:rds/instance:Instance").outputs.arn,
        only(production, "aws:efs/fileSystem:FileSystem").outputs.arn,
        only(production, "aws:s3/bucketV2:BucketV2", "MediaBucket").outputs.arn,
      ],
    });
    expect(only(production, "aws:backup/vaultLockConfiguration:VaultLockConfiguration").inputs).toMatchObject(
      {
        backupVaultName: vault.outputs.name,
        minRetentionDays: 7,
      },
    );
  });

  it("of the bucket have what AWS asks of a bucket: versions, and events that EventBridge hears of", () => {
    expect(
      only(production, "aws:s3/bucketVersioningV2:BucketVersioningV2", "MediaVersioning").inputs,
    ).toMatchObject({
      versioningConfiguration: { status: "Enabled" },
    });
    expect(only(production, "aws:s3/bucketNotification:BucketNotification").inputs.eventbridge).toBe(true);
    expect(only(small, "aws:s3/bucketNotification:BucketNotification").inputs.eventbridge).toBe(false);
  });

  it("are made under a role that AWS Backup alone takes, for this account", () => {
    const { inputs, outputs } = only(production, "aws:iam/role:Role", "BackupRole");
    expect(only(production, "aws:backup/selection:Selection").inputs.iamRoleArn).toBe(outputs.arn);
    expect(JSON.parse(inputs.assumeRolePolicy as string)).toMatchObject({
      Statement: [
        {
          Principal: { Service: "backup.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
  });
});

describe("sweepers", () => {
  it("run on every stage: the scratch's hourly with the file system mounted, the bucket's daily", () => {
    for (const graph of [production, small]) {
      const rules = ofType(graph, "aws:cloudwatch/eventRule:EventRule").map(({ name, inputs }) => [
        name,
        inputs.scheduleExpression,
      ]);
      expect(rules).toEqual(
        expect.arrayContaining([
          ["SweepScratchRule", "rate(1 hour)"],
          ["SweepStorageRule", "rate(1 day)"],
        ]),
      );
      const sweeper = only(graph, "aws:lambda/function:Function", "SweepScratchHandlerFunction").inputs;
      const { variables } = sweeper.environment as { variables: Record<string, string> };
      expect(sweeper.fileSystemConfig).toEqual({
        arn: only(graph, "aws:efs/accessPoint:AccessPoint").outputs.arn,
        localMountPath: variables.SCRATCH_DIR,
      });
      // Lambda mounts below /mnt alone.
      expect(variables.SCRATCH_DIR).toMatch(/^\/mnt\/[\w.-]+$/);
    }
  });
});
