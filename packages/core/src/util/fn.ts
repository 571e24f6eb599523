import { z } from "zod";
import { VisibleError } from "../error.ts";

/**
 * A function that parses its input, and lends its schema to the HTTP layer. A refusal is a VisibleError `input_invalid`.
 * Write `@__PURE__` before a call at the top of a module: a handler's bundle then holds the verbs that it uses and no others,
 * and with them what it asks of AWS.
 */
export function fn<Schema extends z.ZodType, Result>(
  schema: Schema,
  run: (input: z.output<Schema>) => Result,
) {
  const call = (input: z.input<Schema>): Result => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data);
    throw new VisibleError("invalid", "input_invalid", z.prettifyError(parsed.error), {
      cause: parsed.error,
    });
  };
  return Object.assign(call, { schema });
}
