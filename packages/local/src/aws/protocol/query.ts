import { AwsError, type Authorize, type QueryService } from "../service.ts";
import type { AwsRequest } from "../request.ts";
import { writeXml } from "../xml.ts";
import type { Handler } from "./answer.ts";

const HEADERS = { "content-type": "text/xml" };

/** AWS Query. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryHandler(service: QueryService, authorize: Authorize): Handler {
  return {
    dialect: "query",
    allowsAnonymous: (request, body) => service.anonymous.has(inputOf(request, body).get("Action") ?? ""),
    async run(request, body, caller) {
      const input = inputOf(request, body);
      const name = input.get("Action") ?? "";
      const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
      if (!operation) {
        const message = `The operation ${service.name}:${name} is not offered locally.`;
        throw new AwsError("InvalidAction", message, { statusCode: 501 });
      }
      await authorize({ caller, action: `${service.name}:${name}`, resource: service.resource(name, input) });
      const result = await operation(input, caller);
      const content = { [`${name}Result`]: result, ResponseMetadata: { RequestId: request.id } };
      return {
        statusCode: 200,
        headers: HEADERS,
        body: writeXml(`${name}Response`, content, service.namespace),
      };
    },
    fail(request, error) {
      const Type = error.statusCode < 500 ? "Sender" : "Receiver";
      const content = { Error: { Type, Code: error.code, Message: error.message }, RequestId: request.id };
      return {
        statusCode: error.statusCode,
        headers: HEADERS,
        body: writeXml("ErrorResponse", content, service.namespace),
      };
    },
  };
}

/** A POST has its fields in the body, a link in the query. */
function inputOf(request: AwsRequest, body: Buffer): URLSearchParams {
  return request.method === "GET" ? request.query : new URLSearchParams(body.toString("utf8"));
}
