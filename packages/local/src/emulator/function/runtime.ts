import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Answer, Failure, Invocation } from "./protocol.ts";

/**
 * The program of a function's process, in place of Lambda's Node.js runtime: loads the handler that `_HANDLER` names from
 * `LAMBDA_TASK_ROOT`, and answers one invocation after the other.
 */

type Callback = (error: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: object, callback: Callback) => unknown;

/** A failure while loading is the answer to every invocation: Lambda calls it an error of initialization. */
const handler: Promise<Handler> = load();
handler.catch(() => undefined);

process.on("message", (invocation: Invocation) => void answer(invocation));
// Without the host there is nobody to work for.
process.on("disconnect", () => process.exit());

async function load(): Promise<Handler> {
  const [module = "", name = ""] = splitHandler(process.env._HANDLER ?? "");
  const loaded = (await import(
    pathToFileURL(join(process.env.LAMBDA_TASK_ROOT ?? "", `${module}.mjs`)).href
  )) as Record<string, unknown>;
  const found = loaded[name];
  if (typeof found !== "function")
    throw named("Runtime.HandlerNotFound", `${module}.${name} is undefined or not exported`);
  return found as Handler;
}

function splitHandler(text: string): string[] {
  const dot = text.lastIndexOf(".");
  return [text.slice(0, dot), text.slice(dot + 1)];
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

async function answer(invocation: Invocation): Promise<void> {
  const { requestId } = invocation;
  try {
    const result = await call(await handler, JSON.parse(invocation.event), contextOf(invocation));
    reply({ requestId, ok: true, payload: JSON.stringify(result ?? null) });
  } catch (error) {
    reply({ requestId, ok: false, payload: JSON.stringify(describe(error)) });
  }
}

function reply(message: Answer): void {
  process.send?.(message);
}

/** A handler answers by its promise or, the old way, by the callback. */
function call(run: Handler, event: unknown, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const result = run(event, context, (error, value) => {
      if (error) reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
      else resolve(value);
    });
    if (result instanceof Promise || run.length < 3) resolve(result);
  });
}

function contextOf({ requestId, deadlineMs }: Invocation): object {
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME;
  return {
    awsRequestId: requestId,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: process.env.SST_LOCAL_FUNCTION_ARN,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

function describe(error: unknown): Failure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}
