import { z } from "zod";
import type { Operation } from "../../aws/service.ts";
import { invalidParameter } from "./error.ts";
import type { SecretStore } from "./store.ts";

export interface OperationOptions {
  readonly store: SecretStore;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
}

/** An operation whose input is checked first. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>) => object,
): Operation {
  return async (input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw invalidParameter(z.prettifyError(parsed.error));
    return run(parsed.data);
  };
}
