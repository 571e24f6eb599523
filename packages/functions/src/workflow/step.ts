import { VisibleError } from "@telecine/core/error";
import { TaskTicket } from "@telecine/core/task/contract";
import { log, withLog } from "@telecine/core/util/log";
import type { Context } from "aws-lambda";
import { z } from "zod";
import { invoke } from "../invocation.ts";
import { StepError } from "./error.ts";

/** A step of the state machine: parses its input, and fails with the names that the machine's Retry and Catch know. */
export function step<Schema extends z.ZodType<TaskTicket>, Result>(
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<Result>,
) {
  return (event: unknown, context?: Context): Promise<Result> =>
    invoke("workflow", context, async () => {
      const input = schema.parse(event);
      const { videoId, attempt } = input;
      return withLog({ videoId, attempt }, () => translated(() => run(input)));
    });
}

/** The input of the steps that need no more than to know what they work for. */
export const Ticket = z.object(TaskTicket.shape);

async function translated<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    log.warn({ err: error }, "The step failed");
    throw isTransient(error) ? new StepError("Unavailable", messageOf(error), { cause: error }) : error;
  }
}

/** A dependency is away, by its own word or by the network's. Another try, later, may find it. */
function isTransient(error: unknown): boolean {
  if (error instanceof VisibleError) return error.kind === "unavailable";
  if (!(error instanceof Error)) return false;
  return TROUBLE.safeParse(error).success;
}

const TROUBLE = z.union([
  z.object({ $fault: z.literal("server") }),
  z.object({ $retryable: z.object({}) }),
  z.object({ name: z.enum(["TimeoutError", "NetworkingError", "SlowDown", "ServiceUnavailable"]) }),
  z.object({ code: z.string().regex(/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/) }),
]);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
