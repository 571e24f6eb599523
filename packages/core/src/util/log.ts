import { pino } from "pino";
import { createContext } from "../context.ts";

const bindings = createContext<Readonly<Record<string, unknown>>>("log bindings");

/** Structured logs: one JSON object a line on standard output. `LOG_LEVEL` sets the level (`info`). */
export const log = pino(
  {
    level: process.env.LOG_LEVEL ?? "info",
    base: { service: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "telecine" },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => ({ ...bindings.find() }),
    redact: ["password", "authToken", "*.password", "*.authToken", "*.authorization"],
  },
  // A stream, not a file descriptor: a worker thread's standard output is not the process's.
  process.stdout,
);

/** Adds fields, such as `requestId` and `videoId`, to every line that is logged inside. */
export function withLog<Result>(fields: Readonly<Record<string, unknown>>, run: () => Result): Result {
  return bindings.provide({ ...bindings.find(), ...fields }, run);
}
