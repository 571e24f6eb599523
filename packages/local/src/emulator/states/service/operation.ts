import { z } from "zod";
import { AwsError, type Operation } from "../../../aws/service.ts";

/** An operation whose input has a shape; anything else is AWS's ValidationException. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>) => object | Promise<object>,
): Operation {
  return async (input) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data);
    const problems = parsed.error.issues.map(
      ({ path, message }) => `Value at '${path.join(".")}' failed to satisfy constraint: ${message}`,
    );
    throw new AwsError(
      "ValidationException",
      `${problems.length} validation error detected: ${problems.join("; ")}`,
      { cause: parsed.error },
    );
  };
}

export const arn = z.string().min(1).max(256);
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);
/** AWS takes 0 for its own default. */
export const maxResults = (fallback: number) =>
  optional(z.number().int().min(0).max(1000)).transform((value) =>
    value === undefined || value === 0 ? fallback : value,
  );
export const nextToken = optional(z.string().max(1024));

/** Names of machines and executions: 1 to 80 characters, none that ARNs, URLs or shells read in their own way. */
export function checkName(name: string): string {
  if (name.length >= 1 && name.length <= 80 && !REFUSED_IN_NAMES.test(name)) return name;
  throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
}
const REFUSED_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

export function checkArn(text: string, kind: string): string {
  if (new RegExp(`^arn:[\\w-]+:states:[\\w-]+:\\d+:(${kind}):.+$`).test(text)) return text;
  throw new AwsError("InvalidArn", `Invalid Arn: '${text}'`);
}

/** Where a list goes on. Opaque to callers. */
export const writeToken = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function readToken<Schema extends z.ZodType>(
  schema: Schema,
  token: string | undefined,
): z.output<Schema> | undefined {
  if (token === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
  } catch (error) {
    throw new AwsError("InvalidToken", `Invalid Token: '${token}'`, { cause: error });
  }
}

/** The rows of a page, asked for with one more than fits, and the token of the next. */
export function page<Row>(
  rows: readonly Row[],
  limit: number,
  cursor: (last: Row) => unknown,
): { rows: readonly Row[]; next: { nextToken?: string } } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    next: rows.length > limit && last !== undefined ? { nextToken: writeToken(cursor(last)) } : {},
  };
}

export const seconds = (instant: number) => instant / 1000;
