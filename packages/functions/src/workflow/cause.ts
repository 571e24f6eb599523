import { failureCodes, type Failure, type FailureCode } from "@telecine/core/error";
import { parseJson } from "@telecine/core/util/json";
import { z } from "zod";

/** What a Catch hands on. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

/** What Lambda says of a function that threw. */
const LambdaCause = z.object({ errorMessage: z.string() });
const FailureText = z.object({ code: z.enum(failureCodes), message: z.string().min(1) });

/** What ECS says of a task that stopped: the description of the task. A container that never ran has no exit code. */
const TaskCause = z.object({
  StopCode: z.string().optional(),
  StoppedReason: z.string().optional(),
  Containers: z.array(z.object({ ExitCode: z.int().optional(), Reason: z.string().optional() })).default([]),
});

const MESSAGES = {
  processing_failed: "Processing failed on our side. Try again.",
  processing_timed_out: "Processing took too long and was stopped. Try again.",
  processing_out_of_memory: "Processing needed more memory than there was. Try again.",
  start_failed: "No machine could be found to process this video. Try again later.",
} as const satisfies Partial<Record<FailureCode, string>>;

const of = (code: keyof typeof MESSAGES): Failure => ({ code, message: MESSAGES[code] });

/** The name of an error, or the beginning of several, and what it means for the video. The first that fits counts. */
const MEANINGS: readonly (readonly [RegExp, (cause: string) => Failure])[] = [
  [/^(VideoRejected|OutputInvalid)$/, ownWords],
  [/^States\.(Heartbeat)?Timeout$/, () => of("processing_timed_out")],
  [/^States\.TaskFailed$/, taskStopped],
  [/^(ECS\.|AmazonECS\.)/, () => of("start_failed")],
];

/** What became of a video, from the error that its execution was caught with. */
export function toFailure({ Error: name, Cause }: CaughtError): Failure {
  const meaning = MEANINGS.find(([pattern]) => pattern.test(name))?.[1];
  return meaning ? meaning(Cause) : of("processing_failed");
}

/** A step of ours has said it all. */
function ownWords(cause: string): Failure {
  const { errorMessage = "" } = parseJson(cause, LambdaCause) ?? {};
  return parseJson(errorMessage, FailureText) ?? of("processing_failed");
}

function taskStopped(cause: string): Failure {
  const task = parseJson(cause, TaskCause);
  if (!task) return of("processing_failed");
  const reasons = [task.StoppedReason, ...task.Containers.map(({ Reason }) => Reason)].join(" ");
  // The kernel ends what takes too much memory with SIGKILL: 128 + 9.
  const isKilled = task.Containers.some(({ ExitCode }) => ExitCode === 137);
  if (isKilled || /OutOfMemory/i.test(reasons)) return of("processing_out_of_memory");
  return of(task.StopCode === "TaskFailedToStart" ? "start_failed" : "processing_failed");
}
