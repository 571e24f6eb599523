import type { ServerResponse } from "node:http";
import { extendedRequestId, headerOf } from "../../aws/request.ts";
import type { S3Request } from "../../aws/server.ts";
import { AwsError, type Caller } from "../../aws/service.ts";
import { type Context, headerReader, originOf, type S3Operation } from "./context.ts";
import { bucketOf, type Core } from "./core.ts";
import { corsHeaders, type CorsRequest, preflightHeaders } from "./cors.ts";
import { S3Error } from "./error.ts";
import { postObject } from "./operation/post-object.ts";
import { allowsAnonymous, allowsService } from "./policy.ts";
import { reply, replyError, setHeaders } from "./reply.ts";
import { findOperation, findTarget, type Target } from "./route.ts";

/** Answers one request, errors included. Rejects only when an answer that had begun could not be ended. */
export async function handle(core: Core, request: S3Request, response: ServerResponse): Promise<void> {
  const extendedId = extendedRequestId();
  setHeaders(response, { "x-amz-request-id": request.id, "x-amz-id-2": extendedId, server: "AmazonS3" });
  try {
    const target = findTarget(request.headers.host ?? "", request.path, core.region);
    allowOrigin(core, target, request, response);
    if (request.method === "OPTIONS") preflight(core, target, request, response);
    else await run(core, target, request, response, extendedId);
  } catch (error) {
    if (isDisconnect(error)) {
      response.destroy();
      return;
    }
    if (response.headersSent) throw error;
    const about = { method: request.method, requestId: request.id, extendedRequestId: extendedId };
    replyError(response, toAnswer(error, request, core), about);
  }
}

const DISCONNECTS = ["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED"];

/** The client went away, which is its own business: players do it with every seek. */
function isDisconnect(error: unknown): boolean {
  return error instanceof Error && DISCONNECTS.includes((error as NodeJS.ErrnoException).code ?? "");
}

async function run(
  core: Core,
  target: Target,
  request: S3Request,
  response: ServerResponse,
  extendedId: string,
): Promise<void> {
  const header = headerReader(request);
  const operation = findOperation(request.method, target, request.query, header);
  // A form is signed inside; every other request is checked before anything is said about buckets.
  const signed = operation === postObject ? undefined : request.authenticate();
  const caller = signed?.caller;
  const authorize = (action: string, bucket: string, key: string, as: Caller | undefined = caller) =>
    permit(core, request, action, bucket, key, as);
  const action = actionOf(operation, request);
  if (action !== undefined) await authorize(action, target.bucket, target.key);
  const context: Context = {
    core,
    request,
    response,
    caller,
    origin: originOf(request, extendedId, caller),
    bucket: target.bucket === "" ? { name: "" } : bucketOf(core, target.bucket),
    key: target.key,
    header,
    query: (name) => request.query.get(name) ?? undefined,
    body: () => request.open(signed),
    authorize,
  };
  checkOwner(context);
  try {
    await operation.run(context);
  } catch (error) {
    // Whoever may not list a bucket is not told either what is missing in it.
    if (error instanceof S3Error && error.code === "NoSuchKey")
      await authorize("s3:ListBucket", target.bucket, "");
    throw error;
  }
}

const VERSIONED: Readonly<Record<string, string>> = {
  "s3:GetObject": "s3:GetObjectVersion",
  "s3:DeleteObject": "s3:DeleteObjectVersion",
  "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
  "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
  "s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
};

/** What is done to one version is an action of its own. */
function actionOf({ action }: S3Operation, request: S3Request): string | undefined {
  if (action === undefined || !request.query.has("versionId")) return action;
  return VERSIONED[action] ?? action;
}

async function permit(
  core: Core,
  request: S3Request,
  action: string,
  bucket: string,
  key: string,
  caller: Caller | undefined,
): Promise<void> {
  const resource = bucket === "" ? "*" : `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}`;
  const policy = core.buckets.get(bucket)?.policy;
  if (caller === undefined) {
    if (!allowsAnonymous(policy, action, resource)) throw new S3Error("AccessDenied");
  } else if (isDistribution(caller)) {
    if (!allowsService(policy, caller.arn, action, resource)) throw new S3Error("AccessDenied");
  } else {
    await request.verifier.authorize({ caller, action, resource });
  }
}

/** CloudFront signs for a distribution, which is no principal of IAM: only the bucket's policy speaks of it. */
function isDistribution({ arn }: Caller): boolean {
  return arn.startsWith("arn:aws:cloudfront:");
}

function checkOwner({ core, header }: Context): void {
  const expected = header("x-amz-expected-bucket-owner");
  if (expected !== undefined && expected !== core.accountId) throw new S3Error("AccessDenied");
}

/** Headers for scripts of other origins, on errors too: a script must be able to read what went wrong. */
function allowOrigin(core: Core, { bucket }: Target, request: S3Request, response: ServerResponse): void {
  const origin = request.headers.origin;
  if (origin === undefined || request.method === "OPTIONS") return;
  const rules = core.buckets.get(bucket)?.cors;
  setHeaders(response, corsHeaders(rules, { origin, method: request.method, headers: [] }) ?? {});
}

function preflight(core: Core, { bucket }: Target, request: S3Request, response: ServerResponse): void {
  const origin = request.headers.origin;
  const method = headerOf(request.headers, "access-control-request-method");
  if (origin === undefined || method === undefined) {
    throw new AwsError(
      "BadRequest",
      "Insufficient information. Origin and Access-Control-Request-Method request headers needed.",
    );
  }
  const asked = headerOf(request.headers, "access-control-request-headers") ?? "";
  const headers = asked
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const cors: CorsRequest = { origin, method, headers };
  reply(response, 200, preflightHeaders(bucketOf(core, bucket).cors, cors));
}

/** An unexpected error is logged in full, and answered as one of ours. */
function toAnswer(error: unknown, request: S3Request, core: Core): AwsError {
  if (error instanceof AwsError) {
    if (error.statusCode === 501) core.log({ level: "warn", source: "s3", message: error.message });
    return error;
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  core.log({
    level: "error",
    source: "s3",
    message: `${request.method} ${request.path} failed: ${reason}`,
    requestId: request.id,
  });
  return new S3Error("InternalError", {}, { cause: error });
}
