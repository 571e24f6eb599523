/** Turns an unknown value into a T, or throws a `ShapeError` that says where it is something else. */
export type Parser<T> = (value: unknown, path: string) => T;

type Shape = Record<string, Parser<unknown>>;
type Parsed<S extends Shape> = { readonly [Key in keyof S]: ReturnType<S[Key]> };

/** The API answered with something that this page does not understand. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

function expected(what: string, path: string): ShapeError {
  return new ShapeError(`Expected ${what} at ${path || "the top"} of the API's answer.`);
}

export const text: Parser<string> = (value, path) => {
  if (typeof value !== "string") throw expected("a string", path);
  return value;
};

export const number: Parser<number> = (value, path) => {
  if (typeof value !== "number") throw expected("a number", path);
  return value;
};

export const boolean: Parser<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw expected("true or false", path);
  return value;
};

/** One of the keys of a table: what is a word to the table is a value to the API. */
export function keyOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Parser<Key> {
  return (value, path) => {
    if (typeof value === "string" && Object.hasOwn(table, value)) return value as Key;
    throw expected(`one of ${Object.keys(table).join(", ")}`, path);
  };
}

export function nullable<T>(parse: Parser<T>): Parser<T | null> {
  return (value, path) => (value === null || value === undefined ? null : parse(value, path));
}

export function list<T>(parse: Parser<T>): Parser<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw expected("a list", path);
    return value.map((item, index) => parse(item, `${path}[${index}]`));
  };
}

export function object<S extends Shape>(shape: S): Parser<Parsed<S>> {
  return (value, path) => {
    const fields = record(value, path);
    const entries = Object.entries(shape).map(([key, parse]) => [
      key,
      parse(fields[key], path ? `${path}.${key}` : key),
    ]);
    return Object.fromEntries(entries) as Parsed<S>;
  };
}

/** A table with keys that are not known beforehand. */
export function tableOf<T>(parse: Parser<T>): Parser<Readonly<Record<string, T>>> {
  return (value, path) => {
    const entries = Object.entries(record(value, path)).map(([key, item]) => [
      key,
      parse(item, `${path}.${key}`),
    ]);
    return Object.fromEntries(entries) as Record<string, T>;
  };
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected("an object", path);
  return value as Record<string, unknown>;
}
