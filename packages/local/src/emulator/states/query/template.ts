import { type Json, toJson, typeName } from "../json.ts";
import { EvaluationProblem, evaluate, isExpression, isFunction, sourceOf } from "./jsonata.ts";

/** What expressions can read: `$states` and the workflow's variables. */
export interface Bindings {
  readonly states: Readonly<Record<string, Json>>;
  readonly variables: Readonly<Record<string, Json>>;
}

/** A value could not be computed. The state turns it into `States.QueryEvaluationError` with its own name in front. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  /** Where in the state, for example `Output/list[0]`. Left out for a wrong state input. */
  readonly location: string | undefined;

  constructor(message: string, location?: string, options?: ErrorOptions) {
    super(message, options);
    this.location = location;
  }
}

/** Replaces every expression in a value by its result, at any depth. `location` names the field for errors. */
export async function evaluateTemplate(template: Json, location: string, bindings: Bindings): Promise<Json> {
  if (isExpression(template)) return evaluateExpression(template, location, bindings);
  if (typeof template !== "object" || template === null) return template;
  if (Array.isArray(template)) return evaluateList(template as readonly Json[], location, bindings);
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(template)) {
    result[key] = await evaluateTemplate(value, `${location}/${key}`, bindings);
  }
  return result;
}

async function evaluateList(template: readonly Json[], location: string, bindings: Bindings): Promise<Json> {
  const result: Json[] = [];
  for (const [index, value] of template.entries()) {
    result.push(await evaluateTemplate(value, `${location}[${index}]`, bindings));
  }
  return result;
}

async function evaluateExpression(expression: string, location: string, bindings: Bindings): Promise<Json> {
  const { states, variables } = bindings;
  const source = sourceOf(expression);
  const problem = (text: string, cause?: unknown) =>
    new QueryError(
      `The JSONata expression '${source}' specified for the field '${location}' ${text}`,
      location,
      { cause },
    );
  let value: unknown;
  try {
    value = await evaluate(source, { ...variables, states });
  } catch (error) {
    if (!(error instanceof EvaluationProblem)) throw error;
    throw problem(`threw an error during evaluation${error.message}`, error);
  }
  if (value === undefined) throw problem("returned nothing (undefined).");
  if (isFunction(value)) throw problem("returned an unsupported result type.");
  return toJson(value);
}

interface Kinds {
  array: readonly Json[];
  boolean: boolean;
  number: number;
  object: Readonly<Record<string, Json>>;
  string: string;
}

/** A field whose value must have one type. An expression of another type fails the state. */
export async function evaluateField<Kind extends keyof Kinds>(
  kind: Kind,
  template: Json,
  location: string,
  bindings: Bindings,
): Promise<Kinds[Kind]> {
  const value = await evaluateTemplate(template, location, bindings);
  if (typeName(value) === kind) return value as Kinds[Kind];
  const what = isExpression(template) ? `The JSONata expression '${sourceOf(template)}'` : "The value";
  throw new QueryError(
    `${what} specified for the field '${location}' returned an unexpected result type. ` +
      `Expected '${kind}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    location,
  );
}
