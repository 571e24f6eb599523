import { pipeline } from "node:stream/promises";
import { answerObject, type ObjectAnswer } from "../answer.ts";
import type { Context, S3Operation } from "../context.ts";
import { invalid } from "../error.ts";
import { type ReplyHeaders, setHeaders } from "../reply.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: S3Operation = {
  name: "GetObject",
  action: "s3:GetObject",
  async run(context) {
    const answer = answerRead(context);
    const { response } = context;
    response.writeHead(answer.statusCode);
    if (answer.statusCode === 304) response.end();
    else await pipeline(answer.open(), response);
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: S3Operation = {
  name: "HeadObject",
  action: "s3:GetObject",
  async run(context) {
    const { statusCode } = answerRead(context);
    context.response.writeHead(statusCode).end();
  },
};

/** Sets the answer's headers. */
function answerRead(context: Context): ObjectAnswer {
  const { core, response, header } = context;
  const answer = answerObject(core, {
    bucket: context.bucket.name,
    key: context.key,
    versionId: context.query("versionId"),
    partNumber: context.query("partNumber"),
    header,
  });
  setHeaders(response, { ...answer.headers, ...overrides(context) });
  return answer;
}

const OVERRIDES = [
  "content-type",
  "content-language",
  "expires",
  "cache-control",
  "content-disposition",
  "content-encoding",
];

/** Headers that the query of a signed request replaces. */
function overrides({ query, caller }: Context): ReplyHeaders {
  const given = OVERRIDES.map((name) => [name, query(`response-${name}`)] as const).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length > 0 && !caller) {
    throw invalid(
      "InvalidRequest",
      "Request specific response headers cannot be used for anonymous GET requests.",
    );
  }
  return Object.fromEntries(given);
}
