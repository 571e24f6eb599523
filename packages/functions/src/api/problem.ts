import { VisibleError, type Kind } from "@telecine/core/error";
import { log } from "@telecine/core/util/log";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { requestIdOf, type Env } from "./context.ts";
import type { ProblemJson } from "./schema.ts";

/** Adding a kind without a status does not compile. */
const STATUS = {
  invalid: 400,
  missing: 404,
  conflict: 409,
  unprocessable: 422,
  unavailable: 503,
} as const satisfies Record<Kind, number>;

const TITLES = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;
type ProblemStatus = keyof typeof TITLES;

/** When a dependency is away: long enough for a failover to go on, short enough to notice its end. */
const RETRY_AFTER_SECONDS = 5;

interface Problem {
  readonly status: ProblemStatus;
  readonly code: string;
  readonly detail: string;
  readonly errors?: ProblemJson["errors"];
}

/** The answer to a request that failed, as RFC 9457 has it. */
export function reply(c: Context<Env>, { status, code, detail, errors }: Problem): Response {
  const body: ProblemJson = {
    type: "about:blank",
    title: TITLES[status],
    ...{ status, detail, code, requestId: requestIdOf(c) },
    ...(errors ? { errors } : {}),
  };
  if (status === 503) c.header("Retry-After", String(RETRY_AFTER_SECONDS));
  return c.body(JSON.stringify(body), status, { "Content-Type": "application/problem+json" });
}

/** Every error that a handler throws ends here. What is not meant for the caller is logged, and answers a constant 500. */
export function onError(error: Error, c: Context<Env>): Response {
  if (error instanceof VisibleError) return replyVisible(error, c);
  if (error instanceof HTTPException && isKnown(error.status)) {
    return reply(c, {
      status: error.status,
      code: HTTP_CODES[error.status] ?? "http_error",
      detail: error.message,
    });
  }
  log.error({ err: error }, "unhandled");
  return reply(c, { status: 500, code: "internal", detail: "Something went wrong on our side." });
}

function replyVisible(error: VisibleError, c: Context<Env>): Response {
  const { kind, code, message: detail, cause } = error;
  if (kind === "unavailable") log.error({ err: error }, "unavailable");
  const errors = cause instanceof z.ZodError ? describe(cause, "body") : undefined;
  return reply(c, { status: STATUS[kind], code, detail, ...(errors ? { errors } : {}) });
}

type Place = NonNullable<ProblemJson["errors"]>[number]["in"];

/** What is wrong with each part of a request. */
export function describe(error: z.ZodError, place: Place): NonNullable<ProblemJson["errors"]> {
  return error.issues.map((issue) => ({ in: place, path: issue.path.join("."), message: issue.message }));
}

/** What Hono itself refuses. */
const HTTP_CODES: Partial<Record<ProblemStatus, string>> = {
  400: "body_malformed",
  413: "body_too_large",
  415: "media_type_unsupported",
};

function isKnown(status: number): status is ProblemStatus {
  return status in TITLES && status < 500;
}
