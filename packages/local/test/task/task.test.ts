import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCredentials } from "../../src/aws/credentials.ts";
import type { Caller } from "../../src/aws/service.ts";
import type { Machine } from "../../src/emulator/emulator.ts";
import { createServices } from "../../src/emulator/services.ts";
import type { CallContext } from "../../src/emulator/states/integration.ts";
import type { TaskDefinition } from "../../src/emulator/task/definition.ts";
import { readDefinition } from "../../src/emulator/task/definition.ts";
import { ecs } from "../../src/emulator/task/ecs.ts";
import { ecsIntegration } from "../../src/emulator/task/integration.ts";
import type { RunTaskInput, TaskDescription } from "../../src/emulator/task/shapes.ts";
import { createTasks, type Tasks } from "../../src/emulator/task/tasks.ts";
import { createNames } from "../../src/runner/names.ts";
import { startOf } from "../../src/runner/process-identity.ts";
import type { Graph, Resource } from "../../src/synth/graph.ts";
import { createTestMachine, type TestMachine, until } from "../machine.ts";

const CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/main";
const caller: Caller = { accessKeyId: "k", arn: "arn:aws:iam::123456789012:role/r" };
let test: TestMachine;
let machine: Machine;
let folder: string;
let tasks: Tasks;

beforeEach(async () => {
  test = await createTestMachine();
  folder = mkdtempSync(join(tmpdir(), "tasks-"));
  const services = createServices();
  services.provide("names", createNames());
  machine = {
    ...test,
    services,
    root: folder,
    region: "eu-west-1",
    accountId: "123456789012",
    port: undefined,
    endpointUrl: "http://127.0.0.1:1",
    fingerprint: "",
    credentials: createCredentials("seed"),
  };
});
afterEach(async () => {
  await tasks.close(1);
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A task whose image is this program. */
function run(program: string, more: Partial<TaskDefinition> = {}): TaskDefinition {
  writeFileSync(join(folder, "program.mjs"), program);
  const definition: TaskDefinition = {
    arn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/work:1",
    family: "work",
    cpu: "1024",
    memory: "2048",
    role: "arn:aws:iam::123456789012:role/task",
    container: "Work",
    image: "image@sha256:0",
    command: "node program.mjs",
    directory: folder,
    environment: { OWN: "1" },
    secrets: [],
    stopTimeoutSeconds: 5,
    disk: [],
    ...more,
  };
  tasks = createTasks([definition], [CLUSTER], machine);
  return definition;
}

const ask = async (operation: string, input: object) =>
  (await tasks.service.operations[operation]?.(input as Record<string, unknown>, caller)) as Record<
    string,
    unknown
  >;
const start = (overrides?: RunTaskInput["overrides"]) =>
  tasks.run({ cluster: "main", taskDefinition: "work", ...(overrides && { overrides }) }).tasks[0]?.taskArn ??
  "";
const described = async (arn: string) =>
  ((await ask("DescribeTasks", { cluster: "main", tasks: [arn] })).tasks as TaskDescription[])[0];

describe("a task", () => {
  it("goes from PROVISIONING to STOPPED and tells its exit code", async () => {
    run("process.exit(7)");
    const arn = start();
    expect((await described(arn))?.lastStatus).toMatch(/PROVISIONING|PENDING/);
    expect(await tasks.untilStopped(arn)).toMatchObject({
      lastStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      containers: [{ name: "Work", exitCode: 7, lastStatus: "STOPPED" }],
    });
    expect(await described(arn)).toMatchObject({ stoppedAt: expect.any(Number) as number });
  });

  it("has the declared environment, the overrides on top, its role's credentials and nothing of the machine's", async () => {
    process.env.SECRET_OF_THE_MACHINE = "1";
    run("import fs from 'node:fs'; fs.writeFileSync('env.json', JSON.stringify(process.env))");
    const arn = start({
      containerOverrides: [{ name: "Work", environment: [{ name: "INPUT", value: "a b" }] }],
    });
    await tasks.untilStopped(arn);
    const env = JSON.parse(readFileSync(join(folder, "env.json"), "utf8")) as Record<string, string>;
    expect(env).toMatchObject({
      OWN: "1",
      INPUT: "a b",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      ECS_TASK_ARN: arn,
    });
    expect(machine.credentials.find(env.AWS_ACCESS_KEY_ID ?? "")?.caller.arn).toBe(
      "arn:aws:iam::123456789012:role/task",
    );
    expect(env).not.toHaveProperty("SECRET_OF_THE_MACHINE");
  });

  it("has a disk of its own, empty at first and gone with it", async () => {
    run(
      "import fs from 'node:fs'; fs.writeFileSync(process.env.DISK + '/file', 'x'); fs.appendFileSync('seen', process.env.DISK + ' ' + fs.readdirSync(process.env.DISK) + '\\n')",
      { environment: { DISK: "/work/deep", OTHER: "/worker" }, disk: ["/work/deep"] },
    );
    for (const _ of [1, 2]) await tasks.untilStopped(start());
    const seen = readFileSync(join(folder, "seen"), "utf8").trim().split("\n");
    const paths = seen.map((line) => line.split(" ")[0] ?? "");
    expect(seen.map((line) => line.split(" ")[1])).toEqual(["file", "file"]);
    expect(new Set(paths).size).toBe(2);
    for (const path of paths) {
      expect(path.startsWith(test.state.path)).toBe(true);
      expect(existsSync(path)).toBe(false);
    }
  });

  it("leaves its disk to the next start of the machine when the machine is killed", () => {
    const left = join(test.state.folder("disks", "of-a-killed-machine"), "file");
    writeFileSync(left, "x");
    run("");
    expect(existsSync(left)).toBe(false);
  });

  it("that is stopped gets SIGTERM, time to end, and is told to be stopped by a user", async () => {
    run(
      "process.on('SIGTERM', () => process.exit(3)); console.log('up'); setInterval(() => undefined, 1000)",
    );
    const arn = start();
    const log = join(test.log.folder, `Work-${arn.split("/").pop()}.log`);
    await until("the start", () => readLog(log).includes("up"));
    await ask("StopTask", { cluster: "main", task: arn, reason: "enough" });
    expect(await tasks.untilStopped(arn)).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "enough",
      containers: [{ exitCode: 3 }],
    });
  });

  it("that ignores SIGTERM is killed after its stop timeout, with what it started", async () => {
    run(
      "import { spawn } from 'node:child_process'; process.on('SIGTERM', () => undefined); const c = spawn('sleep', ['1000']); console.log('pid ' + c.pid); setInterval(() => undefined, 1000)",
      { stopTimeoutSeconds: 0.2 },
    );
    const arn = start();
    const log = join(test.log.folder, `Work-${arn.split("/").pop()}.log`);
    const pid = Number(await until("the start", () => /pid (\d+)/.exec(readLog(log))?.[1]));
    tasks.stopTask(arn, "now");
    expect(await tasks.untilStopped(arn)).toMatchObject({ containers: [{ exitCode: 137 }] });
    await until("the end of its child", () => startOf(pid) === undefined);
  });

  it.each([
    ["ends by itself", ""],
    ["is killed", "process.kill(process.pid, 'SIGKILL')"],
  ])("that %s takes what it started and its disk along", async (_how, end) => {
    run(
      `import { spawn } from 'node:child_process'; import fs from 'node:fs'; import os from 'node:os';
      fs.writeFileSync(os.tmpdir() + '/work', 'x');
      const child = spawn('sleep', ['1000'], { stdio: 'inherit' }); child.unref();
      console.log('pid ' + child.pid + ' on ' + os.tmpdir()); ${end}`,
    );
    const arn = start();
    await tasks.untilStopped(arn);
    const [, pid, disk = ""] =
      /pid (\d+) on (.*)/.exec(readLog(join(test.log.folder, `Work-${arn.split("/").pop()}.log`))) ?? [];
    expect(startOf(Number(pid))).toBeUndefined();
    expect(disk).toContain(test.state.path);
    expect(existsSync(disk)).toBe(false);
  });

  it("whose machine was killed leaves no disk behind the next start", async () => {
    run("");
    const left = test.state.folder("disks", "0123456789abcdef");
    const graph = { resources: [], functions: [] } as unknown as Graph;
    const running = await ecs.start(graph, machine);
    expect(existsSync(left)).toBe(false);
    await running.stop();
  });

  it("whose program does not exist fails to start", async () => {
    run("", { command: "no-such-program" });
    expect(await tasks.untilStopped(start())).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringContaining("CannotStartContainerError") as string,
    });
  });

  it("waits in PROVISIONING while the machine has no room, and can be stopped there", async () => {
    run("setInterval(() => undefined, 1000)");
    const arns = Array.from({ length: 40 }, () => start());
    const last = arns.at(-1) ?? "";
    await until("the first", async () => (await described(arns[0] ?? ""))?.lastStatus === "RUNNING");
    expect((await described(last))?.lastStatus).toBe("PROVISIONING");
    tasks.stopTask(last, "never mind");
    expect(await tasks.untilStopped(last)).toMatchObject({ stopCode: "UserInitiated" });
    expect((await tasks.untilStopped(last)).containers[0]).not.toHaveProperty("exitCode");
  });
});

const readLog = (path: string) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

describe("a refusal", () => {
  it.each([
    ["ClusterNotFoundException", { cluster: "other", taskDefinition: "work" }],
    ["ClientException", { cluster: "main", taskDefinition: "other" }],
    ["InvalidParameterException", { cluster: "main", taskDefinition: "work", count: 11 }],
    [
      "InvalidParameterException",
      { cluster: "main", taskDefinition: "work", overrides: { containerOverrides: [{ name: "Other" }] } },
    ],
    [
      "InvalidParameterException",
      {
        cluster: "main",
        taskDefinition: "work",
        overrides: {
          containerOverrides: [{ name: "Work", environment: [{ name: "BIG", value: "x".repeat(8192) }] }],
        },
      },
    ],
  ])("is ECS's own %s", async (code, input) => {
    run("");
    await expect(ask("RunTask", input)).rejects.toMatchObject({ code });
  });

  it("of a task that is not there is a failure of the answer, as ECS has it", async () => {
    run("");
    expect(
      await ask("DescribeTasks", { tasks: ["arn:aws:ecs:eu-west-1:123456789012:task/main/none"] }),
    ).toMatchObject({ tasks: [], failures: [{ reason: "MISSING" }] });
  });
});

describe("ecs:runTask.sync", () => {
  const context = (signal = new AbortController().signal): CallContext => ({
    executionArn: "e",
    stateName: "s",
    roleArn: "r",
    taskToken: undefined,
    signal,
  });
  const parameters = { Cluster: CLUSTER, TaskDefinition: "work", LaunchType: "FARGATE" };

  it("results in the one stopped task, spelled as Step Functions spells it", async () => {
    run("");
    const ecs = ecsIntegration(tasks);
    const response = await ecs.call(parameters, context());
    expect(response).toMatchObject({ Failures: [], Tasks: [{ StartedBy: "AWS Step Functions" }] });
    expect(await ecs.wait?.(response, context())).toMatchObject({
      LastStatus: "STOPPED",
      Containers: [{ ExitCode: 0 }],
    });
  });

  it("fails with the task's description when a container's exit code is not 0", async () => {
    run("process.exit(1)");
    const ecs = ecsIntegration(tasks);
    const failure = await ecs
      .wait?.(await ecs.call(parameters, context()), context())
      .catch((error: unknown) => error as { error: string; causeText: string });
    expect(failure).toMatchObject({ error: "States.TaskFailed" });
    expect(JSON.parse((failure as { causeText: string }).causeText)).toMatchObject({
      StopCode: "EssentialContainerExited",
      Containers: [{ ExitCode: 1 }],
    });
  });

  it("fails with the service's name for what the service refuses", async () => {
    run("");
    await expect(
      ecsIntegration(tasks).call({ ...parameters, Cluster: "other" }, context()),
    ).rejects.toMatchObject({ error: "ECS.ClusterNotFoundException" });
  });

  it("stops its task when it is aborted", async () => {
    run("setInterval(() => undefined, 1000)", { stopTimeoutSeconds: 1 });
    const ecs = ecsIntegration(tasks);
    const abort = new AbortController();
    const response = (await ecs.call(parameters, context())) as { Tasks: { TaskArn: string }[] };
    const waiting = ecs.wait?.(response, context(abort.signal)).catch((error: unknown) => error);
    const arn = response.Tasks[0]?.TaskArn ?? "";
    await until("the start", async () => (await described(arn))?.lastStatus === "RUNNING");
    abort.abort();
    await waiting;
    expect(await described(arn)).toMatchObject({ lastStatus: "STOPPED", stopCode: "UserInitiated" });
  });
});

describe("a task definition", () => {
  it("is read from the graph: command, environment with mounted paths, secrets", () => {
    const parent = {
      urn: "component",
      name: "Work",
      outputs: { _task: { command: "node main.ts", directory: "packages/work" } },
    };
    const container = {
      name: "Work",
      image: "i",
      environment: [
        { name: "SCRATCH", value: "/mnt/scratch/deep" },
        { name: "OTHER", value: "/mnt/scratchy" },
        { name: "OWN", value: "/work" },
      ],
      secrets: [{ name: "KEY", valueFrom: "arn:secret" }],
      mountPoints: [
        { sourceVolume: "v", containerPath: "/mnt/scratch" },
        { sourceVolume: "disk", containerPath: "/work" },
      ],
    };
    const resource = {
      type: "aws:ecs/taskDefinition:TaskDefinition",
      name: "WorkTask",
      parent: "component",
      outputs: { arn: "arn" },
      inputs: {
        family: "f",
        cpu: "1",
        memory: "2",
        taskRoleArn: "role",
        containerDefinitions: JSON.stringify([container]),
        volumes: [
          {
            name: "v",
            efsVolumeConfiguration: { fileSystemId: "fs-1", authorizationConfig: { accessPointId: "ap" } },
          },
          { name: "disk" },
        ],
      },
    } as unknown as Resource;
    const point = {
      type: "aws:efs/accessPoint:AccessPoint",
      id: "ap",
      inputs: { rootDirectory: { path: "/own" } },
    };
    const graph = { resources: [parent, resource, point] } as unknown as Graph;
    run("");
    const definition = readDefinition(resource, graph, machine);
    expect(definition).toMatchObject({
      command: "node main.ts",
      directory: join(folder, "packages/work"),
      secrets: container.secrets,
      stopTimeoutSeconds: 30,
      disk: ["/work"],
    });
    expect(definition.environment).toEqual({
      SCRATCH: join(test.state.path, "efs/fs-1/own/deep"),
      OTHER: "/mnt/scratchy",
      OWN: "/work",
    });
  });
});
