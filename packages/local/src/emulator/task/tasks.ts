import { availableParallelism } from "node:os";
import { AwsError, type JsonService } from "../../aws/service.ts";
import type { Machine } from "../emulator.ts";
import type { TaskDefinition } from "./definition.ts";
import { launchProcess } from "./launch.ts";
import { removeDisks } from "./mounts.ts";
import type { RunTaskInput, TaskDescription } from "./shapes.ts";
import { newTaskId, startTask, type Task } from "./task.ts";

export interface RunTaskOutput {
  readonly tasks: readonly TaskDescription[];
  readonly failures: readonly { readonly arn?: string; readonly reason: string }[];
}

/** ECS on Fargate: tasks are child processes. */
export interface Tasks {
  readonly service: JsonService;
  run(input: RunTaskInput): RunTaskOutput;
  /** Resolves when the task is stopped. */
  untilStopped(taskArn: string): Promise<TaskDescription>;
  stopTask(taskArn: string, reason: string): void;
  /** Stops all of them, giving each this long. */
  close(graceSeconds: number): Promise<void>;
}

const OVERRIDES_LIMIT = 8192;
const MOST_A_CALL = 10;
/** Tasks beyond this wait in PROVISIONING, as they do when Fargate has no room. */
const ROOM = Math.max(2, Math.ceil(availableParallelism() / 2));
/** DescribeTasks shows a stopped task for an hour. */
const REMEMBER_MS = 3600_000;

export function createTasks(
  definitions: readonly TaskDefinition[],
  clusters: readonly string[],
  machine: Machine,
): Tasks {
  removeDisks(machine.state);
  const tasks = new Map<string, Task>();
  const admit = createRoom(ROOM);

  const run = (input: RunTaskInput): RunTaskOutput => {
    const definition = findDefinition(definitions, input.taskDefinition);
    const clusterArn = findCluster(clusters, input.cluster);
    check(input, definition);
    const cluster = clusterArn.split("/").pop() ?? "default";
    const started = Array.from({ length: input.count ?? 1 }, () => {
      const taskArn = `arn:aws:ecs:${machine.region}:${machine.accountId}:task/${cluster}/${newTaskId()}`;
      const launch = async () => launchProcess(definition, input, taskArn, machine);
      const task = startTask({ definition, clusterArn, input, taskArn, launch, admit });
      tasks.set(taskArn, task);
      void task.stopped.then(() => setTimeout(() => tasks.delete(taskArn), REMEMBER_MS).unref());
      return task.describe();
    });
    return { tasks: started, failures: [] };
  };
  const find = (arn: unknown) =>
    tasks.get(String(arn)) ?? [...tasks].find(([key]) => key.endsWith(`/${String(arn)}`))?.[1];
  const known = (arn: unknown): Task => {
    const task = find(arn);
    if (!task)
      throw new AwsError("InvalidParameterException", `The referenced task was not found: ${String(arn)}`);
    return task;
  };
  return {
    service: serviceOf({ run, find, known, tasks, definitions, clusters }),
    run,
    untilStopped: (arn) => known(arn).stopped,
    stopTask: (arn, reason) => {
      known(arn).stop(reason);
    },
    async close(graceSeconds) {
      for (const task of tasks.values()) task.stop("The machine is shutting down", graceSeconds);
      await Promise.all([...tasks.values()].map(({ stopped }) => stopped));
    },
  };
}

interface Parts {
  readonly run: (input: RunTaskInput) => RunTaskOutput;
  readonly find: (arn: unknown) => Task | undefined;
  readonly known: (arn: unknown) => Task;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly definitions: readonly TaskDefinition[];
  readonly clusters: readonly string[];
}

function serviceOf({ run, find, known, tasks, definitions, clusters }: Parts): JsonService {
  return {
    name: "ecs",
    targetPrefix: "AmazonEC2ContainerServiceV20141113",
    jsonVersion: "1.1",
    resource: (operation, input) => {
      if (operation === "RunTask") return findDefinition(definitions, input.taskDefinition as string).arn;
      const [first] = (input.tasks ?? [input.task]) as unknown[];
      return find(first)?.describe().taskArn ?? "*";
    },
    operations: {
      RunTask: async (input) => run(input),
      DescribeTasks: async ({ tasks: arns = [] }) => {
        const asked = (arns as string[]).map((arn) => ({ arn, task: find(arn) }));
        return {
          tasks: asked.flatMap(({ task }) => (task ? [task.describe()] : [])),
          failures: asked.filter(({ task }) => !task).map(({ arn }) => ({ arn, reason: "MISSING" })),
        };
      },
      StopTask: async ({ task: arn, reason }) => {
        const task = known(arn);
        task.stop(typeof reason === "string" ? reason : "Task stopped by user");
        return { task: task.describe() };
      },
      ListTasks: async ({ desiredStatus = "RUNNING" }) => ({
        taskArns: [...tasks.values()]
          .map((task) => task.describe())
          .filter((task) => task.desiredStatus === desiredStatus)
          .map(({ taskArn }) => taskArn),
      }),
      ListClusters: async () => ({ clusterArns: clusters }),
      DescribeTaskDefinition: async ({ taskDefinition }) => {
        const { arn, family, cpu, memory, role } = findDefinition(definitions, taskDefinition as string);
        return {
          taskDefinition: {
            taskDefinitionArn: arn,
            family,
            cpu,
            memory,
            taskRoleArn: role,
            revision: 1,
            status: "ACTIVE",
          },
        };
      },
    },
  };
}

function findDefinition(definitions: readonly TaskDefinition[], name = ""): TaskDefinition {
  const found = definitions.find(
    ({ arn, family }) =>
      arn === name || family === name || arn.replace(/:\d+$/, "") === name || `${family}:1` === name,
  );
  if (found) return found;
  throw new AwsError("ClientException", `Unable to describe task definition: ${name}`);
}

function findCluster(clusters: readonly string[], name = "default"): string {
  const found = clusters.find((arn) => arn === name || arn.endsWith(`/${name}`));
  if (found) return found;
  throw new AwsError("ClusterNotFoundException", "Cluster not found.");
}

function check(input: RunTaskInput, definition: TaskDefinition): void {
  if ((input.count ?? 1) > MOST_A_CALL)
    throw new AwsError("InvalidParameterException", `Count must be at most ${MOST_A_CALL}.`);
  if (JSON.stringify(input.overrides ?? {}).length > OVERRIDES_LIMIT)
    throw new AwsError(
      "InvalidParameterException",
      `Container Overrides length must be at most ${OVERRIDES_LIMIT}`,
    );
  for (const { name } of input.overrides?.containerOverrides ?? []) {
    if (name !== definition.container)
      throw new AwsError(
        "InvalidParameterException",
        `Override for container named ${String(name)} is not a container in the TaskDefinition.`,
      );
  }
}

/** Lets this many in at once, in the order of asking. */
function createRoom(size: number) {
  let free = size;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return async (signal: AbortSignal): Promise<() => void> => {
    if (free > 0) {
      free--;
      return leave;
    }
    await new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      signal.addEventListener("abort", () => {
        const place = waiting.indexOf(resolve);
        if (place < 0) return;
        waiting.splice(place, 1);
        reject(new Error("Stopped before it was started."));
      });
    });
    return leave;
  };
}
