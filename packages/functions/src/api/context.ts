import type { Context } from "hono";
import type { LambdaContext, LambdaEvent } from "hono/aws-lambda";

/** What Lambda gives to each request. Outside of Lambda there is none of it. */
export interface Env {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is not on npm yet (2026-11)
  Bindings: { event?: LambdaEvent; lambdaContext?: LambdaContext };
  Variables: {
    requestId: string;
    /** The body of an answer that will hardly change: it may be given again for a second. */
    settled?: string;
  };
}

/** Names a request in answers and logs: API Gateway's id, where the request came through it. */
export function requestIdOf(c: Context<Env>): string {
  return c.get("requestId");
}

export function newRequestId(c: Context<Env>): string {
  const context = (c.env as Env["Bindings"] | undefined)?.event?.requestContext;
  if (context && "requestId" in context && typeof context.requestId === "string") return context.requestId;
  return crypto.randomUUID();
}
