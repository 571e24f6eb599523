import { invalidParameter } from "./error.ts";
import type { MessageAttribute } from "./types.ts";

/** Lists and maps in the form fields of AWS Query. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */

/** The items of a list: for `A.member.2.Id=x`, the second has the field `Id`. In the order of their numbers. */
export function readItems(
  fields: Iterable<readonly [string, string]>,
  prefix: string,
): Map<string, string>[] {
  const items = new Map<number, Map<string, string>>();
  for (const [name, value] of fields) {
    const match = name.startsWith(`${prefix}.`) ? /^(\d+)\.(.+)$/.exec(name.slice(prefix.length + 1)) : null;
    if (!match) continue;
    const item = items.get(Number(match[1])) ?? new Map<string, string>();
    items.set(Number(match[1]), item.set(match[2] ?? "", value));
  }
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
}

/** A map of texts: `Attributes.entry.1.key=a&Attributes.entry.1.value=b`. */
export function readMap(fields: Iterable<readonly [string, string]>, name: string): Record<string, string> {
  return Object.fromEntries(
    readItems(fields, `${name}.entry`).map((entry) => [entry.get("key") ?? "", entry.get("value") ?? ""]),
  );
}

/** Message attributes. Throws InvalidParameter for one without a value. */
export function readMessageAttributes(
  fields: Iterable<readonly [string, string]>,
): Record<string, MessageAttribute> {
  const entries = readItems(fields, "MessageAttributes.entry").map((entry) => {
    const name = entry.get("Name") ?? "";
    const value = entry.get("Value.StringValue") ?? entry.get("Value.BinaryValue");
    if (value === undefined) throw invalidParameter(`The message attribute '${name}' has no value`);
    return [name, { type: entry.get("Value.DataType") ?? "", value }] as const;
  });
  return Object.fromEntries(entries);
}
