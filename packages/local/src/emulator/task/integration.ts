import { AwsError } from "../../aws/service.ts";
import { type Integration, TaskError } from "../states/integration.ts";
import type { RunTaskInput } from "./shapes.ts";
import type { RunTaskOutput, Tasks } from "./tasks.ts";

/**
 * `ecs:runTask` of Step Functions, with `.sync`: the state ends when the task has stopped, and fails unless every
 * container exited with 0.
 */
export function ecsIntegration(tasks: Tasks): Integration {
  return {
    call: async (parameters) => {
      const output = runTask(tasks, {
        ...(lower(parameters) as RunTaskInput),
        startedBy: "AWS Step Functions",
      });
      if (output.failures.length > 0) throw new TaskError("AmazonECS.Unknown", JSON.stringify(upper(output)));
      return upper(output);
    },
    wait: async (response, { signal }) => {
      const { Tasks: started } = response as { Tasks: { TaskArn: string }[] };
      const stop = () => {
        for (const { TaskArn } of started) tasks.stopTask(TaskArn, "Aborted by Step Functions");
      };
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop);
      try {
        const stopped = await Promise.all(started.map(({ TaskArn }) => tasks.untilStopped(TaskArn)));
        const failed = stopped.find(({ containers }) => containers.some(({ exitCode }) => exitCode !== 0));
        if (failed) throw new TaskError("States.TaskFailed", JSON.stringify(upper(failed)));
        return upper(stopped[0]);
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
    interrupted: () =>
      new TaskError(
        "States.TaskFailed",
        JSON.stringify({
          StopCode: "EssentialContainerExited",
          StoppedReason: "Host of the task was terminated",
          Containers: [],
        }),
      ),
  };
}

function runTask(tasks: Tasks, input: RunTaskInput): RunTaskOutput {
  try {
    return tasks.run(input);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new TaskError(
      `ECS.${error.code}`,
      `${error.message} (Service: AmazonECS; Status Code: ${error.statusCode}; Error Code: ${error.code})`,
      { cause: error },
    );
  }
}

/** Step Functions spells the members of AWS's shapes with a capital letter. Keys of maps would be spelled too; ECS has none here. */
const upper = (value: unknown) => respell(value, (letter) => letter.toUpperCase());
const lower = (value: unknown) => respell(value, (letter) => letter.toLowerCase());

function respell(value: unknown, spell: (letter: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => respell(item, spell));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [spell(key.charAt(0)) + key.slice(1), respell(item, spell)]),
  );
}
