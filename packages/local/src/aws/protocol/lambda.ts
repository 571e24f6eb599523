import { setImmediate } from "node:timers/promises";
import { type Functions, TaskError } from "../../emulator/states/integration.ts";
import { headerOf, type Log } from "../request.ts";
import { AwsError, type Authorize } from "../service.ts";
import type { Answer, Handler } from "./answer.ts";
import { failJson, unknownOperation } from "./json.ts";

/** What runs the functions. */
export interface FunctionRunner extends Functions {
  /** An asynchronous invocation: resolves when the function has run, or was given up. */
  invokeAsync(function_: string, payload: string): Promise<void>;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const HEADERS = { "content-type": "application/json" };
const STATUS: Readonly<Record<string, number>> = {
  ResourceNotFoundException: 404,
  RequestTooLargeException: 413,
  TooManyRequestsException: 429,
  ServiceException: 500,
};

export interface LambdaOptions {
  readonly region: string;
  readonly accountId: string;
  readonly log: Log;
  readonly authorize: Authorize;
}

/** Lambda's Invoke. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function lambdaHandler(functions: FunctionRunner, options: LambdaOptions): Handler {
  return {
    dialect: "json",
    allowsAnonymous: () => false,
    async run(request, body, caller) {
      const encoded = request.method === "POST" ? INVOKE.exec(request.path)?.[1] : undefined;
      if (encoded === undefined) throw unknownOperation("lambda", `${request.method} ${request.path}`);
      const name = decodeURIComponent(encoded);
      await options.authorize({ caller, action: "lambda:InvokeFunction", resource: arnOf(name, options) });
      const type = headerOf(request.headers, "x-amz-invocation-type") ?? "RequestResponse";
      const run = INVOCATIONS[type];
      if (!run)
        throw new AwsError("InvalidParameterValueException", `The invocation type "${type}" is none.`);
      try {
        return await run(functions, name, body.length === 0 ? "{}" : body.toString("utf8"), options.log);
      } catch (error) {
        throw error instanceof TaskError ? fromTaskError(error) : error;
      }
    },
    fail: (_request, error) => failJson(error, HEADERS),
  };
}

type Invocation = (functions: FunctionRunner, name: string, payload: string, log: Log) => Promise<Answer>;

const INVOCATIONS: Readonly<Record<string, Invocation>> = {
  async RequestResponse(functions, name, payload) {
    const outcome = await functions.invoke(name, payload, { signal: new AbortController().signal });
    const error = outcome.ok ? {} : { "x-amz-function-error": "Unhandled" };
    return {
      statusCode: 200,
      headers: { ...HEADERS, "x-amz-executed-version": "$LATEST", ...error },
      body: outcome.payload,
    };
  },
  async Event(functions, name, payload, log) {
    let accepted = false;
    const run = functions.invokeAsync(name, payload).catch((error: unknown) => {
      if (!accepted) throw error;
      log({
        level: "error",
        source: "aws",
        message: `The asynchronous invocation of ${name} failed: ${String(error)}`,
      });
    });
    // What Lambda refuses at once, such as an unknown function, is known after one turn of the event loop.
    await Promise.race([run, setImmediate()]);
    accepted = true;
    return { statusCode: 202, headers: HEADERS, body: "" };
  },
  DryRun: async () => ({ statusCode: 204, headers: HEADERS, body: "" }),
};

/** `Lambda.ResourceNotFoundException` of an integration is `ResourceNotFoundException` of the API. */
function fromTaskError(error: TaskError): AwsError {
  const code = error.error.replace(/^Lambda\./, "");
  const message = (error.causeText ?? error.error).replace(/ \(Service: .*\)$/, "");
  return new AwsError(code, message, { statusCode: STATUS[code] ?? 400, cause: error });
}

function arnOf(name: string, { region, accountId }: LambdaOptions): string {
  return name.startsWith("arn:") ? name : `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}
