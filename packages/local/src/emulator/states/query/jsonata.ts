import jsonata from "jsonata";
import { FUNCTIONS } from "./functions.ts";

/** AWS bounds an evaluation; without bounds one endless recursion would stop every execution here. */
const BOUNDS = { timeout: 3000, stack: 500 };
const CACHE_SIZE = 2000;
const cache = new Map<string, jsonata.Expression>();

/** An expression that does not parse. `code` is JSONata's, such as S0202. */
export class SyntaxProblem extends Error {
  override readonly name = "SyntaxProblem";
}

/** An expression that threw while it was evaluated. The message reads as AWS quotes it: `. T1006: Attempted ...`. */
export class EvaluationProblem extends Error {
  override readonly name = "EvaluationProblem";
}

/** True for the strings that Step Functions evaluates. Blanks around the braces make plain text of it. */
export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("{%") && value.endsWith("%}");
}

/** The expression without its braces and blanks, as AWS quotes it. */
export const sourceOf = (expression: string) => expression.slice(2, -2).trim();

/** Parses an expression's source; parsed ones are kept. Throws a {@link SyntaxProblem}. */
export function compile(source: string): jsonata.Expression {
  const known = cache.get(source);
  if (known) return known;
  const expression = parse(source);
  for (const { name, signature, run } of FUNCTIONS) expression.registerFunction(name, run, signature);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(source, expression);
  return expression;
}

function parse(source: string): jsonata.Expression {
  try {
    return jsonata(source, BOUNDS);
  } catch (error) {
    throw new SyntaxProblem(describe(error).message, { cause: error });
  }
}

/** The value as JSONata gives it: `undefined` for nothing, functions as they are. Throws an {@link EvaluationProblem}. */
export async function evaluate(
  source: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const expression = compile(source);
  try {
    // AWS has no `$eval`; there is no context item either, every path starts at a variable.
    return await expression.evaluate(undefined, { ...variables, eval: undefined });
  } catch (error) {
    const { code, message } = describe(error);
    throw new EvaluationProblem(code === undefined ? `: ${message}` : `. ${code}: ${message}`, {
      cause: error,
    });
  }
}

/** JSONata throws plain objects with a code, and what its functions throw. */
function describe(error: unknown): { code: string | undefined; message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return {
    code: typeof code === "string" ? code : undefined,
    message: typeof message === "string" ? message : String(error),
  };
}

/** True for values that are no data: functions of JSONata's or of the host's. */
export function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  return "_jsonata_lambda" in value || "_jsonata_function" in value;
}
