/** What a property is to be, in words for the report and as a test. */
export interface Condition {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

/** A condition in the caller's own words. */
export const that = (expected: string, holds: (value: unknown) => boolean): Condition => ({
  expected,
  holds,
});

export const is = (wanted: unknown): Condition => that(JSON.stringify(wanted), (value) => value === wanted);

export const isNot = (unwanted: unknown): Condition =>
  that(`anything but ${JSON.stringify(unwanted)}`, (value) => value !== unwanted);

export const oneOf = (...wanted: readonly unknown[]): Condition =>
  that(`one of ${wanted.map((value) => JSON.stringify(value)).join(", ")}`, (value) =>
    wanted.includes(value),
  );

export const atLeast = (least: number): Condition =>
  that(`${least} or more`, (value) => typeof value === "number" && value >= least);

/** A list with at least these items. */
export const contains = (...items: readonly unknown[]): Condition =>
  that(`a list with ${items.map((item) => JSON.stringify(item)).join(" and ")}`, (value) =>
    items.every((item) => listOf(value).includes(item)),
  );

/** Neither absent nor empty. */
export const set = that("something", (value) => {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== "";
});

export const unset = that("nothing", (value) => !set.holds(value));

/** The list that a property is, or that a single value stands for. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The strings of a list, or the one string that stands for it. */
export function stringsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === "string");
}

/** The value at `a.b.0.c`, or `undefined` where the path ends early. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

/** Objects and arrays: what a path can go on into. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
