import { isObject } from "../json.ts";
import { isExpression } from "../query/jsonata.ts";

/** A problem in a definition, as ValidateStateMachineDefinition reports it. */
export interface Diagnostic {
  readonly severity: "ERROR";
  readonly code: string;
  readonly message: string;
  /** A JSON pointer, with `[n]` for the elements of lists. */
  readonly location?: string;
}

/** Collects what is wrong with one definition. */
export type Report = (message: string, location: string | undefined, code?: string) => void;

/** Looks at one value of a definition and reports what AWS would refuse. */
export type Check = (value: unknown, at: string, report: Report) => void;

export const anything: Check = () => undefined;

export const text: Check = (value, at, report) => {
  if (typeof value !== "string") report("Expected value of type String", at);
};

export const flag: Check = (value, at, report) => {
  if (typeof value !== "boolean") report("Expected value of type Boolean", at);
};

/** True where a rule of a Choice may be written as a literal. */
export const condition: Check = (value, at, report) => {
  if (typeof value !== "boolean" && !isExpression(value)) {
    report("Expected value of type Boolean or a JSONata expression", at);
  }
};

export function oneOf(...values: readonly string[]): Check {
  return (value, at, report) => {
    if (typeof value !== "string" || !values.includes(value)) {
      report(`Value should be one of the following: [${values.join(", ")}]`, at);
    }
  };
}

export function number(bounds: {
  readonly min?: number;
  readonly max?: number;
  readonly fraction?: boolean;
}): Check {
  const kind = bounds.fraction ? "Float" : "Integer";
  return (value, at, report) => {
    if (typeof value !== "number" || !(bounds.fraction || Number.isInteger(value))) {
      report(`Expected value of type ${kind}`, at);
      return;
    }
    if (bounds.min !== undefined && value < bounds.min) report(`Minimum value is ${bounds.min}`, at);
    if (bounds.max !== undefined && value > bounds.max) report(`Maximum value is ${bounds.max}`, at);
  };
}

/** The literal, or an expression that gives it while the machine runs. */
export const orExpression =
  (check: Check): Check =>
  (value, at, report) => {
    if (!isExpression(value)) check(value, at, report);
  };

export function list(of: Check, options: { readonly empty: boolean }): Check {
  return (value, at, report) => {
    if (!Array.isArray(value)) {
      report("Expected value of type Array", at);
      return;
    }
    if (value.length === 0 && !options.empty) report("Value cannot be empty", at);
    for (const [index, item] of value.entries()) of(item, `${at}[${index}]`, report);
  };
}

interface Shape {
  readonly required?: readonly string[];
  readonly fields: Readonly<Record<string, Check>>;
  /** Refuses a field in its own words; false leaves it to the general ones. */
  readonly refuse?: (name: string, at: string, report: Report) => boolean;
}

/** An object with these fields and no others. */
export function object(shape: Shape): Check {
  return (value, at, report) => {
    if (!isObject(value)) {
      report("Expected value of type Object", at);
      return;
    }
    const missing = (shape.required ?? []).filter((name) => !(name in value));
    if (missing.length > 0) report(`These fields are required: [${missing.join(", ")}]`, at);
    for (const [name, field] of Object.entries(value)) {
      const check = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
      if (check) check(field, `${at === "/" ? "" : at}/${name}`, report);
      else if (!shape.refuse?.(name, at, report)) report(`Field '${name}' is not supported`, at);
    }
  };
}

/** Exactly one of these fields must be there. */
export function exclusive(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
  at: string,
  report: Report,
  listed = names,
): void {
  const present = names.filter((name) => name in value).length;
  if (present > 1) report(`There should only be one of the following fields: [${listed.join(", ")}]`, at);
  if (present < 1) {
    report(`This object should have only one of the following fields: [${listed.join(", ")}]`, at);
  }
}
