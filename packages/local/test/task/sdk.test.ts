import {
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsServer } from "../../src/aws/server.ts";
import { createCredentials } from "../../src/aws/credentials.ts";
import { createServices } from "../../src/emulator/services.ts";
import { createTasks, type Tasks } from "../../src/emulator/task/tasks.ts";
import { createNames } from "../../src/runner/names.ts";
import { createTestMachine, type TestMachine, until } from "../machine.ts";

const region = "eu-west-1";
const accountId = "123456789012";
const cluster = `arn:aws:ecs:${region}:${accountId}:cluster/main`;
const definition = `arn:aws:ecs:${region}:${accountId}:task-definition/work:1`;
const PROGRAM = `process.exitCode = Number(process.env.CODE); if (process.env.STAY) setInterval(() => {}, 1000);`;

let test: TestMachine;
let tasks: Tasks;
let server: Awaited<ReturnType<typeof startAwsServer>>;
let ecs: ECSClient;
const folder = mkdtempSync(join(tmpdir(), "ecs-sdk-"));

beforeAll(async () => {
  test = await createTestMachine();
  const services = createServices();
  services.provide("names", createNames());
  const credentials = createCredentials("seed");
  const machine = { ...test, services, root: folder, region, accountId, port: undefined, fingerprint: "" };
  writeFileSync(join(folder, "program.mjs"), PROGRAM);
  const task = {
    ...{ arn: definition, family: "work", cpu: "256", memory: "512", container: "Work", image: "image" },
    ...{ role: `arn:aws:iam::${accountId}:role/task`, command: "node program.mjs", directory: folder },
    ...{ environment: { CODE: "3" }, secrets: [], stopTimeoutSeconds: 5, disk: [] },
  };
  tasks = createTasks([task], [cluster], { ...machine, credentials, endpointUrl: "http://127.0.0.1:1" });
  const log = () => undefined;
  const options = { port: 0, region, accountId, credentials, log };
  server = await startAwsServer({ ...options, services: { json: [tasks.service] } });
  const caller = credentials.issue(`arn:aws:iam::${accountId}:role/caller`);
  ecs = new ECSClient({ endpoint: server.url, region, credentials: caller, maxAttempts: 1 });
});
afterAll(async () => {
  await tasks.close(1);
  await server.close();
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(environment: { name: string; value: string }[]): Promise<string> {
  const overrides = { containerOverrides: [{ name: "Work", environment }] };
  const answer = await ecs.send(
    new RunTaskCommand({ cluster, taskDefinition: definition, launchType: "FARGATE", overrides }),
  );
  expect(answer.failures).toEqual([]);
  return answer.tasks?.[0]?.taskArn ?? "";
}

const describeTask = async (arn: string): Promise<Task | undefined> =>
  (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))).tasks?.[0];
const reaches = (arn: string, status: string) =>
  until(`${status} of ${arn}`, async () => {
    const task = await describeTask(arn);
    return task?.lastStatus === status ? task : undefined;
  });

describe("through the AWS SDK, ECS", () => {
  it("runs a task with its overrides on top of its own environment, and tells how it ended", async () => {
    const own = await reaches(await run([]), "STOPPED");
    expect(own).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 3 }] });
    const overridden = await reaches(await run([{ name: "CODE", value: "0" }]), "STOPPED");
    expect(overridden.containers).toMatchObject([{ name: "Work", exitCode: 0 }]);
    expect(overridden.stoppedAt).toBeInstanceOf(Date);
  });

  it("stops a task with the reason that it is given", async () => {
    const arn = await run([{ name: "STAY", value: "1" }]);
    await reaches(arn, "RUNNING");
    expect((await ecs.send(new ListTasksCommand({ cluster }))).taskArns).toEqual([arn]);
    await ecs.send(new StopTaskCommand({ cluster, task: arn, reason: "No longer wanted" }));
    expect(await reaches(arn, "STOPPED")).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "No longer wanted",
    });
  });

  it("refuses what is not there in AWS's words", async () => {
    const start = (more: object) =>
      ecs.send(new RunTaskCommand({ cluster, taskDefinition: definition, ...more }));
    await expect(start({ cluster: "none" })).rejects.toMatchObject({ name: "ClusterNotFoundException" });
    await expect(start({ taskDefinition: "none" })).rejects.toMatchObject({ name: "ClientException" });
    const overrides = { containerOverrides: [{ name: "Other" }] };
    await expect(start({ overrides })).rejects.toMatchObject({ name: "InvalidParameterException" });
    const { failures } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [`${cluster}/0`] }));
    expect(failures).toMatchObject([{ reason: "MISSING" }]);
  });
});
