import { randomUUID } from "node:crypto";
import { type Graph, ofType, type Resource } from "../../synth/graph.ts";
import type { Machine } from "../emulator.ts";

/** What becomes of the events that a function is invoked with asynchronously. */
export interface EventSettings {
  /** How often a failed event is tried again: 0 to 2. */
  readonly retries: number;
  /** Keeps an event that was given up, with what it failed with; undefined where nobody wants it. */
  readonly keep: ((failure: GivenUp) => Promise<void>) | undefined;
}

export interface GivenUp {
  readonly event: string;
  readonly response: string;
  readonly invocations: number;
}

export const DEFAULT_EVENTS: EventSettings = { retries: 2, keep: undefined };

/** What the graph says of a function's events: its FunctionEventInvokeConfig and its `deadLetterConfig`. */
export function eventsOf(fn: Resource, graph: Graph, machine: Machine): EventSettings {
  const config = ofType(graph, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").find(
    ({ inputs }) => inputs.functionName === fn.outputs.name,
  );
  const { maximumRetryAttempts = DEFAULT_EVENTS.retries, destinationConfig } = (config?.inputs ?? {}) as {
    maximumRetryAttempts?: number;
    destinationConfig?: { onFailure?: { destination: string } };
  };
  const { deadLetterConfig } = fn.inputs as { deadLetterConfig?: { targetArn: string } };
  const destination = destinationConfig?.onFailure?.destination;
  const deadLetters = deadLetterConfig?.targetArn;
  if (destination === undefined && deadLetters === undefined)
    return { ...DEFAULT_EVENTS, retries: maximumRetryAttempts };
  return {
    retries: maximumRetryAttempts,
    keep: async (failure) => {
      if (destination !== undefined)
        await send(destination, JSON.stringify(recordOf(fn.outputs.arn as string, failure)), machine);
      // A dead letter is the bare event.
      if (deadLetters !== undefined) await send(deadLetters, failure.event, machine);
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function recordOf(functionArn: string, { event, response, invocations }: GivenUp) {
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: invocations,
    },
    requestPayload: JSON.parse(event) as unknown,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: JSON.parse(response) as unknown,
  };
}

async function send(targetArn: string, message: string, { services }: Machine): Promise<void> {
  const service = targetArn.split(":")[2];
  if (service === "sqs") return services.get("queues").send(targetArn, message);
  if (service === "sns") {
    await services.get("sns").publish({ topicArn: targetArn, message });
    return;
  }
  if (service === "lambda") return services.get("functions").invokeAsync(targetArn, message);
  throw new Error(`Nothing on this machine takes what a function failed at for ${targetArn}.`);
}
