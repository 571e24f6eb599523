import { AwsError, type Authorize, type JsonService } from "../service.ts";
import { type AwsRequest, headerOf } from "../request.ts";
import type { Answer, Handler } from "./answer.ts";

/** AWS JSON 1.0 and 1.1. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export function jsonHandler(service: JsonService, authorize: Authorize): Handler {
  const headers = { "content-type": `application/x-amz-json-${service.jsonVersion}` };
  return {
    dialect: "json",
    allowsAnonymous: () => false,
    async run(request, body, caller) {
      const name = operationOf(service, request);
      const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
      if (!operation) throw unknownOperation(service.name, name);
      if (!caller) throw new Error(`${service.name} was called without a caller.`);
      const input = parse(body);
      const resource = service.resource?.(name, input) ?? "*";
      await authorize({ caller, action: `${service.name}:${name}`, resource });
      return { statusCode: 200, headers, body: JSON.stringify(await operation(input, caller)) };
    },
    fail: (_request, error) => failJson(error, headers),
  };
}

/** The error answer of the JSON protocols. */
export function failJson(error: AwsError, headers: Readonly<Record<string, string>>): Answer {
  return {
    statusCode: error.statusCode,
    headers: { ...headers, "x-amzn-errortype": error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

/** An operation that exists on AWS but not here, or nowhere. */
export function unknownOperation(service: string, operation: string): AwsError {
  const message = `The operation ${service}:${operation} is not offered locally.`;
  return new AwsError("UnknownOperationException", message, { statusCode: 501 });
}

function operationOf(service: JsonService, request: AwsRequest): string {
  const target = headerOf(request.headers, "x-amz-target") ?? "";
  const [prefix, name] = [
    target.slice(0, target.lastIndexOf(".")),
    target.slice(target.lastIndexOf(".") + 1),
  ];
  if (prefix === service.targetPrefix && name !== "") return name;
  throw unknownOperation(service.name, target === "" ? "(no X-Amz-Target)" : target);
}

function parse(body: Buffer): Record<string, unknown> {
  const text = body.toString("utf8");
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new AwsError("SerializationException", "The request body is not JSON.", { cause: error });
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object.");
}
