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
  const run = {
    status: "PROVISIONING" as TaskStatus,
    createdAt: now(),
    startedAt: 0,
    stoppingAt: 0,
    stoppedAt: 0,
    ending: {} as Ending,
  };
  const cancelled = new AbortController();
  let child: Child | undefined;
  let request: { reason: string; graceSeconds: number } | undefined;

  const describe = (): TaskDescription => ({
    taskArn: start.taskArn,
    clusterArn: start.clusterArn,
    taskDefinitionArn: start.definition.arn,
    launchType: "FARGATE",
    lastStatus: run.status,
    desiredStatus: request || run.status === "STOPPED" ? "STOPPED" : "RUNNING",
    group: `family:${start.definition.family}`,
    cpu: start.definition.cpu,
    memory: start.definition.memory,
    ...(start.input.startedBy && { startedBy: start.input.startedBy }),
    createdAt: run.createdAt,
    ...(run.startedAt && { startedAt: run.startedAt }),
    ...(run.stoppingAt && { stoppingAt: run.stoppingAt }),
    ...(run.stoppedAt && { stoppedAt: run.stoppedAt }),
    ...(run.ending.stopCode && {
      stopCode: run.ending.stopCode,
      stoppedReason: run.ending.stoppedReason ?? "",
    }),
    containers: [containerOf(start, run.status, run.ending)],
    overrides: start.input.overrides ?? {},
  });

  const live = async (): Promise<Ending> => {
    const leave = await start.admit(cancelled.signal);
    try {
      if (request) return userStop(request.reason);
      run.status = "PENDING";
      child = await start.launch();
      run.status = "RUNNING";
      run.startedAt = now();
      if (request) void child.stop(request.graceSeconds);
      return endingOf(await child.exited, request?.reason);
    } finally {
      leave();
    }
  };
  const stopped = live()
    .catch((error: unknown): Ending =>
      request
        ? userStop(request.reason)
        : {
            stopCode: "TaskFailedToStart",
            stoppedReason: `CannotStartContainerError: ${(error as Error).message}`,
          },
    )
    .then((ending) => {
      Object.assign(run, { status: "STOPPED", stoppedAt: now(), ending });
      return describe();
    });

  return {
    describe,
    stopped,
    stop: (reason, graceSeconds = start.definition.stopTimeoutSeconds) => {
      if (run.status === "STOPPED") return;
      request ??= { reason, graceSeconds };
      run.stoppingAt ||= now();
      cancelled.abort();
      void child?.stop(graceSeconds);
    },
  };
}

const now = () => Date.now() / 1000;

function userStop(reason: string): Ending {
  return { stopCode: "UserInitiated", stoppedReason: reason };
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

function endingOf({ code, signal }: Exit, userReason: string | undefined): Ending {
  const exitCode = code ?? 128 + (signal ? (SIGNALS[signal] ?? 0) : 0);
  if (userReason !== undefined) return { ...userStop(userReason), exitCode };
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
