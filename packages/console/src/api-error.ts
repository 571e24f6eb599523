import { ShapeError, type Parser } from "./parse.ts";

/**
 * - `unreachable`: no answer at all; the network, or nobody there.
 * - `unavailable`: the API answers that it cannot work now, or not that fast; the same request may succeed later.
 * - `refused`: the API will not do this, now or later.
 * - `unreadable`: the answer is not what the API promises, for example a proxy's error page.
 */
export type ApiErrorKind = "unreachable" | "unavailable" | "refused" | "unreadable";

export interface ApiErrorDetails extends ErrorOptions {
  readonly status?: number;
  readonly code?: string;
  readonly retryAfterSeconds?: number;
}

/** A request that did not succeed. The message is for the person in front of the page. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly kind: ApiErrorKind;
  readonly status: number | null;
  readonly code: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(kind: ApiErrorKind, message: string, details: ApiErrorDetails = {}) {
    super(message, details);
    this.kind = kind;
    this.status = details.status ?? null;
    this.code = details.code ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** What to tell a person. An error that is nobody's answer is a fault of this page: it is reported, not explained. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  reportError(error);
  return "Something unexpected happened in this page. Reload it and try again.";
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** The error of an answer with a status of 400 or above, from its problem document (RFC 9457) where it has one. */
export function errorOf({ status, headers, body }: Answer): ApiError {
  const problem = problemOf(headers, body);
  const kind = status === 429 || status >= 500 ? "unavailable" : "refused";
  const retryAfterSeconds = retryAfter(headers.get("retry-after"), Date.now());
  const fallback = status === 429 ? "Too many requests." : `The API answered with status ${status}.`;
  return new ApiError(kind, problem.detail ?? problem.title ?? fallback, {
    status,
    ...(problem.code !== undefined && { code: problem.code }),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  });
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
}

/** A gateway in front of the API may answer with anything, so nothing is required of the document. */
function problemOf(headers: Headers, body: string): Problem {
  if (!headers.get("content-type")?.includes("json")) return {};
  const document = jsonOrNull(body);
  if (typeof document !== "object" || document === null) return {};
  const fields = Object.entries(document).filter(([, value]) => typeof value === "string" && value !== "");
  return Object.fromEntries(fields);
}

function jsonOrNull(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The seconds that a `Retry-After` asks for, which is a number or a date. Null without one that can be read. */
export function retryAfter(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? null : Math.max(0, (dateMs - nowMs) / 1000);
}

/** What an answer's body says. Throws an `ApiError` when it is not what the API promises. */
export function readAnswer<T>(parse: Parser<T>, { body }: Answer): T {
  try {
    return parse(JSON.parse(body), "");
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof ShapeError)) throw error;
    const message =
      "The API's answer could not be understood. Reload the page: it may be older than the API.";
    throw new ApiError("unreadable", message, { cause: error });
  }
}
