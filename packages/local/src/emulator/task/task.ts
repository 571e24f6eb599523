import { randomUUID } from "node:crypto";
import type { Child, Exit } from "../../runner/supervisor.ts";
import type { TaskDefinition } from "./definition.ts";
import type { Container, RunTaskInput, TaskDescription, TaskStatus } from "./shapes.ts";

export interface TaskStart {
  readonly definition: TaskDefinition;
  readonly clusterArn: string;
  readonly input: RunTaskInput;
  readonly taskArn: string;
  /** Starts the process; called when there is room for it. */
  readonly launch: () => Promise<Child>;
  /** Resolves when the task may start; the returned function gives the room back. */
  readonly admit: (signal: AbortSignal) => Promise<() => void>;
}

/** One run of a task: from PROVISIONING to STOPPED, whatever happens. */
export interface Task {
  describe(): TaskDescription;
  readonly stopped: Promise<TaskDescription>;
  /** SIGTERM, then SIGKILL after the grace or, by default, after the definition's stop timeout. */
  stop(reason: string, graceSeconds?: number): void;
}

type Ending = Pick<TaskDescription, "stopCode" | "stoppedReason"> & { exitCode?: number; reason?: string };

export function startTask(start: TaskStart): Task {
  const life: Life = {
    status: "PROVISIONING",
    createdAt: now(),
    ending: {},
    cancelled: new AbortController(),
  };
  const stopped = live(start, life)
    .catch((error: unknown): Ending =>
      life.request ? userStop(life.request.reason) : neverStarted(error as Error),
    )
    .then((ending) => {
      Object.assign(life, { status: "STOPPED", stoppedAt: now(), ending });
      return describe(start, life);
    });
  return {
    describe: () => describe(start, life),
    stopped,
    stop: (reason, graceSeconds = start.definition.stopTimeoutSeconds) => {
      if (life.status === "STOPPED" || life.request) return;
      life.request = { reason, graceSeconds };
      life.stoppingAt = now();
      life.cancelled.abort();
      void life.child?.stop(graceSeconds);
    },
  };
}

interface Life {
  status: TaskStatus;
  readonly createdAt: number;
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  ending: Ending;
  child?: Child;
  /** Somebody asked for the end. */
  request?: { readonly reason: string; readonly graceSeconds: number };
  readonly cancelled: AbortController;
}

async function live(start: TaskStart, life: Life): Promise<Ending> {
  const leave = await start.admit(life.cancelled.signal);
  try {
    if (life.request) return userStop(life.request.reason);
    life.status = "PENDING";
    const child = await start.launch();
    Object.assign(life, { child, status: "RUNNING", startedAt: now() });
    stopIfAsked(life, child);
    const exit = await child.exited;
    return endingOf(exit, life);
  } finally {
    leave();
  }
}

/** The request may have come while the process was being started. */
function stopIfAsked({ request }: Life, child: Child): void {
  if (request) void child.stop(request.graceSeconds);
}

function describe(start: TaskStart, life: Life): TaskDescription {
  const { definition, input } = start;
  return {
    taskArn: start.taskArn,
    clusterArn: start.clusterArn,
    taskDefinitionArn: definition.arn,
    launchType: "FARGATE",
    lastStatus: life.status,
    desiredStatus: life.request || life.status === "STOPPED" ? "STOPPED" : "RUNNING",
    group: `family:${definition.family}`,
    cpu: definition.cpu,
    memory: definition.memory,
    ...(input.startedBy && { startedBy: input.startedBy }),
    createdAt: life.createdAt,
    ...(life.startedAt && { startedAt: life.startedAt }),
    ...(life.stoppingAt && { stoppingAt: life.stoppingAt }),
    ...(life.stoppedAt && { stoppedAt: life.stoppedAt }),
    ...(life.ending.stopCode && {
      stopCode: life.ending.stopCode,
      stoppedReason: life.ending.stoppedReason ?? "",
    }),
    containers: [containerOf(start, life.status, life.ending)],
    overrides: input.overrides ?? {},
  };
}

const now = () => Date.now() / 1000;

function userStop(reason: string): Ending {
  return { stopCode: "UserInitiated", stoppedReason: reason };
}

function neverStarted(error: Error): Ending {
  return { stopCode: "TaskFailedToStart", stoppedReason: `CannotStartContainerError: ${error.message}` };
}

/** A process that a signal ended has the exit code that a shell would give it: 128 and the signal's number. */
const SIGNALS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
  SIGXCPU: 24,
  SIGXFSZ: 25,
};

function endingOf({ code, signal }: Exit, { request }: Life): Ending {
  const exitCode = code ?? 128 + (signal ? (SIGNALS[signal] ?? 0) : 0);
  if (request) return { ...userStop(request.reason), exitCode };
  return {
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    exitCode,
  };
}

function containerOf({ taskArn, definition }: TaskStart, status: TaskStatus, ending: Ending): Container {
  return {
    containerArn: `${taskArn.replace(":task/", ":container/")}/${definition.container}`,
    taskArn,
    name: definition.container,
    image: definition.image,
    lastStatus: status === "STOPPED" ? "STOPPED" : status === "RUNNING" ? "RUNNING" : "PENDING",
    ...(ending.exitCode !== undefined && { exitCode: ending.exitCode }),
    ...(ending.reason && { reason: ending.reason }),
  };
}

export function newTaskId(): string {
  return randomUUID().replaceAll("-", "");
}
