import type { ServerResponse } from "node:http";
import { writeXml, type XmlValue } from "../../aws/xml.ts";
import { invalid, S3Error } from "./error.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Headers by lower-case name; undefined leaves one out. */
export type ReplyHeaders = Readonly<Record<string, string | number | undefined>>;

/** Answers without a body. */
export function reply(response: ServerResponse, statusCode: number, headers: ReplyHeaders = {}): void {
  setHeaders(response, headers);
  response.writeHead(statusCode, statusCode === 200 ? { "content-length": 0 } : {}).end();
}

/** Answers with an XML document. */
export function replyXml(
  response: ServerResponse,
  root: string,
  content: XmlValue,
  headers: ReplyHeaders = {},
  statusCode = 200,
): void {
  setHeaders(response, headers);
  const body = writeXml(root, content, NAMESPACE);
  response
    .writeHead(statusCode, { "content-type": "application/xml", "content-length": Buffer.byteLength(body) })
    .end(body);
}

/** Sets headers. Throws InvalidArgument for a value that HTTP cannot carry. */
export function setHeaders(response: ServerResponse, headers: ReplyHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;

    if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(String(value))) {
      throw invalid(
        "InvalidArgument",
        `The value of the header ${name} cannot be represented using ISO-8859-1.`,
      );
    }
    response.setHeader(name, value);
  }
}

const OF_EVERY_ANSWER = /^(x-amz-request-id|x-amz-id-2|server|vary|access-control-.*)$/;

/** Answers an error as S3 does; to HEAD without its document. */
export function replyError(
  response: ServerResponse,
  error: { readonly code: string; readonly message: string; readonly statusCode: number },
  about: { readonly method: string; readonly requestId: string; readonly extendedRequestId: string },
): void {
  // What was set for the object must not describe the error; a checksum of other bytes would hide it from the client.
  for (const name of response.getHeaderNames()) if (!OF_EVERY_ANSWER.test(name)) response.removeHeader(name);
  const details = error instanceof S3Error ? error.details : {};
  if (error instanceof S3Error) setHeaders(response, error.headers);
  const body = writeXml("Error", {
    Code: error.code,
    Message: error.message,
    ...details,
    RequestId: about.requestId,
    HostId: about.extendedRequestId,
  });
  const hasBody = about.method !== "HEAD" && error.statusCode !== 304;
  response.writeHead(error.statusCode, {
    "content-type": "application/xml",
    ...(hasBody ? { "content-length": Buffer.byteLength(body) } : {}),
  });
  response.end(hasBody ? body : undefined);
}
