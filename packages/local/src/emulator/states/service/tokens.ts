import { z } from "zod";
import { AwsError, type Operation } from "../../../aws/service.ts";
import type { Engine } from "../engine.ts";
import { exceedsLimit, type Json } from "../json.ts";
import { operation, optional } from "./operation.ts";

const taskToken = z.string().min(1).max(2048);

/** Answers of `.waitForTaskToken`: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html and its like. */
export function tokenOperations(engine: Engine): Readonly<Record<string, Operation>> {
  const { tokens } = engine;
  return {
    SendTaskSuccess: operation(z.object({ taskToken, output: z.string() }), ({ taskToken, output }) => {
      const value = parseOutput(output);
      checkToken(engine, taskToken);
      tokens.answer(taskToken, { ok: true, output: value });
      return {};
    }),

    SendTaskFailure: operation(
      z.object({ taskToken, error: optional(z.string().max(256)), cause: optional(z.string().max(32_768)) }),
      ({ taskToken, error, cause }) => {
        checkToken(engine, taskToken);
        tokens.answer(taskToken, {
          ok: false,
          ...(error === undefined ? {} : { error }),
          ...(cause === undefined ? {} : { cause }),
        });
        return {};
      },
    ),

    SendTaskHeartbeat: operation(z.object({ taskToken }), ({ taskToken }) => {
      checkToken(engine, taskToken);
      tokens.beat(taskToken);
      return {};
    }),
  };
}

function parseOutput(output: string): Json {
  if (exceedsLimit(output)) {
    throw new AwsError("InvalidOutput", "Invalid Output: 'The output is longer than 262144 bytes'");
  }
  try {
    return JSON.parse(output) as Json;
  } catch (error) {
    throw new AwsError("InvalidOutput", `Invalid Output: '${output.slice(0, 200)}'`, { cause: error });
  }
}

/** Only the first answer counts, and only while its task waits. */
function checkToken({ store }: Engine, taskToken: string): void {
  const token = store.tokens.get(taskToken);
  if (!token) throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
  if (token.state !== "OPEN") {
    throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  }
}
