import { randomUUID } from "node:crypto";
import { type Functions, type Integration, TaskError } from "../integration.ts";
import { isObject, type Json } from "../json.ts";

const KNOWN = new Set(["FunctionName", "Payload", "InvocationType", "Qualifier"]);

/** `lambda:invoke`: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
export function lambdaInvoke(functions: Functions): Integration {
  return {
    call: async (parameters, { signal }) => {
      const { name, payload } = read(parameters);
      const outcome = await functions.invoke(name, payload, { signal });
      // Step Functions writes the error anew, without the function's own blanks.
      if (!outcome.ok) throw new TaskError(outcome.errorType, compact(outcome.payload));
      return respond(outcome.payload);
    },
    interrupted: () =>
      new TaskError(
        "Lambda.SdkClientException",
        "The function was interrupted: the machine it ran on was stopped.",
      ),
  };
}

function read(parameters: unknown): { name: string; payload: string } {
  if (!isObject(parameters) || typeof parameters.FunctionName !== "string") {
    throw new TaskError("Lambda.ValidationException", "The Arguments of lambda:invoke need a FunctionName.");
  }
  const unknown = Object.keys(parameters).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) {
    throw new TaskError(
      "States.Runtime",
      `The argument '${unknown}' of lambda:invoke is not supported locally.`,
    );
  }
  const { FunctionName, InvocationType = "RequestResponse", Payload } = parameters;
  if (InvocationType !== "RequestResponse") {
    throw new TaskError(
      "States.Runtime",
      `The InvocationType '${String(InvocationType)}' of lambda:invoke is not supported locally.`,
    );
  }
  return { name: FunctionName, payload: payloadOf(Payload) };
}

/** A string is the event's JSON text itself; without a Payload the event is empty. */
function payloadOf(payload: unknown): string {
  if (typeof payload !== "string") return JSON.stringify(payload ?? (payload === null ? null : {}));
  try {
    JSON.parse(payload);
    return payload;
  } catch (error) {
    throw new TaskError(
      "Lambda.InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function respond(payload: string): Json {
  const requestId = randomUUID();
  const length = String(Buffer.byteLength(payload));
  const headers = {
    Connection: "keep-alive",
    "Content-Length": length,
    "Content-Type": "application/json",
    Date: new Date().toUTCString(),
    "X-Amz-Executed-Version": "$LATEST",
    "x-amzn-RequestId": requestId,
  };
  return {
    ExecutedVersion: "$LATEST",
    Payload: payload === "" ? null : (JSON.parse(payload) as Json),
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}
