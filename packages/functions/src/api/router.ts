import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "./context.ts";
import { describe, reply } from "./problem.ts";

const PLACES = {
  json: "body",
  form: "body",
  query: "query",
  param: "path",
  header: "header",
  cookie: "header",
} as const;

/** A router whose declared inputs are checked before its handlers run. */
export function createRouter() {
  return new OpenAPIHono<Env>({
    defaultHook(result, c) {
      if (result.success) return undefined;
      const errors = describe(result.error, PLACES[result.target]);
      return reply(c, {
        status: 400,
        code: "input_invalid",
        detail: `The request is not understood. ${errors.map(sentence).join(" ")}`,
        errors,
      });
    },
  });
}

function sentence({ path, message }: { path: string; message: string }): string {
  return path ? `${path}: ${message}.` : `${message}.`;
}
