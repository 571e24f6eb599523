import type { z } from "zod";
import { ProblemJson } from "./schema.ts";

/** The parts of route declarations that are the same everywhere. */

export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

const DESCRIPTIONS = {
  400: "The request is not understood.",
  404: "There is no such video.",
  409: "The video's state does not allow it.",
  422: "The Idempotency-Key belongs to another request.",
  500: "A fault on our side.",
  503: "A dependency is away. Try again after `Retry-After` seconds.",
} as const;

/** The ways in which a route can refuse; faults are always among them. */
export function problems<Status extends keyof typeof DESCRIPTIONS>(...statuses: Status[]) {
  const answers = [...statuses, 500 as const, 503 as const].map((status) => [
    status,
    { description: DESCRIPTIONS[status], content: { "application/problem+json": { schema: ProblemJson } } },
  ]);
  return Object.fromEntries(answers) as Record<
    Status | 500 | 503,
    { description: string; content: { "application/problem+json": { schema: typeof ProblemJson } } }
  >;
}
