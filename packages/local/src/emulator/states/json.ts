/** What travels between states: JSON, never changed in place. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Step Functions' limit for the input or output of a state, a task or an execution. */
export const DATA_LIMIT_BYTES = 262_144;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as JSON sees it: no functions, no `undefined`, no marks on arrays. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

export function exceedsLimit(text: string): boolean {
  return text.length > DATA_LIMIT_BYTES / 4 && Buffer.byteLength(text) > DATA_LIMIT_BYTES;
}

/** JSON's name of a value's type, as AWS puts it into messages. */
export function typeName(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
