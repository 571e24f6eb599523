import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  type ExecutionStatus,
} from "@aws-sdk/client-sfn";
import { Resource } from "sst";
import type { Attempt } from "../storage/keys.ts";
import { currentTrace } from "./trace.ts";

let client: SFNClient | undefined;
const sfn = () => (client ??= new SFNClient({}));

/** Starts the workflow for an attempt and gives the execution's ARN. A second start is harmless: the name is taken. */
export async function start({ videoId, attempt }: Attempt): Promise<string> {
  try {
    const { executionArn } = await sfn().send(
      new StartExecutionCommand({
        stateMachineArn: Resource.Workflow.arn,
        name: executionName({ videoId, attempt }),
        // JSON leaves out what is undefined.
        input: JSON.stringify({ videoId, attempt, trace: currentTrace() }),
      }),
    );
    return executionArn ?? executionArnOf({ videoId, attempt });
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return executionArnOf({ videoId, attempt });
    throw error;
  }
}

/** Stops an attempt's execution, and with it its task. One that is over, or never was, is fine. */
export async function stop(attempt: Attempt): Promise<void> {
  try {
    await sfn().send(
      new StopExecutionCommand({
        executionArn: executionArnOf(attempt),
        error: "Canceled",
        cause: "The video was canceled.",
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}

/** What became of an attempt's execution; `UNKNOWN` where Step Functions knows none. */
export async function status(attempt: Attempt): Promise<ExecutionStatus | "UNKNOWN"> {
  try {
    const found = await sfn().send(new DescribeExecutionCommand({ executionArn: executionArnOf(attempt) }));
    return found.status ?? "UNKNOWN";
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return "UNKNOWN";
    throw error;
  }
}

/** Names stay taken for 90 days, so one attempt is one execution however often it is started. */
function executionName({ videoId, attempt }: Attempt): string {
  return `${videoId}-${attempt}`;
}

function executionArnOf(attempt: Attempt): string {
  return `${Resource.Workflow.arn.replace(":stateMachine:", ":execution:")}:${executionName(attempt)}`;
}
