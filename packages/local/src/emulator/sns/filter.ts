import { BlockList, isIP } from "node:net";
import { invalidParameter } from "./error.ts";
import { textFor } from "./message.ts";
import type { Message, MessageAttribute, Subscription } from "./types.ts";

/**
 * Filter policies of subscriptions.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */

type Scalar = string | number | boolean | null;
type Policy = Readonly<Record<string, unknown>>;
/** The values at a place of a message; undefined when there is nothing there. */
type Values = readonly Scalar[] | undefined;

/** Whether a subscription wants a message. */
export function wants(
  { attributes, protocol }: Pick<Subscription, "attributes" | "protocol">,
  message: Message,
): boolean {
  if (attributes.FilterPolicy === undefined) return true;
  const policy = JSON.parse(attributes.FilterPolicy) as Policy;
  if (attributes.FilterPolicyScope !== "MessageBody")
    return matches(policy, fromAttributes(message.attributes));
  const body = readObject(textFor(message, protocol));
  return body !== undefined && matches(policy, fromBody(body));
}

/** Throws InvalidParameter for a policy that SNS would not accept. */
export function checkPolicy(text: string, scope: string | undefined): void {
  const policy = readObject(text);
  if (policy === undefined) throw invalidParameter("FilterPolicy: failed to parse JSON.");
  checkKeys(policy, scope === "MessageBody");
}

function checkKeys(policy: Policy, mayNest: boolean): void {
  for (const [key, rule] of Object.entries(policy)) {
    if (key === "$or" && Array.isArray(rule)) {
      for (const branch of rule as Policy[]) checkKeys(branch, mayNest);
    } else if (Array.isArray(rule)) {
      for (const condition of rule as unknown[]) checkCondition(condition);
    } else if (isObject(rule) && mayNest) {
      checkKeys(rule, mayNest);
    } else {
      throw invalidParameter(`FilterPolicy: "${key}" must be an object or an array`);
    }
  }
}

function checkCondition(condition: unknown): void {
  if (!isObject(condition)) return;
  const unknown = Object.keys(condition).find((operator) => !Object.hasOwn(OPERATORS, operator));
  if (unknown !== undefined) throw invalidParameter(`FilterPolicy: Unrecognized match type ${unknown}`);
}

/** Finds what a message has at a key; nested for bodies. */
interface Place {
  values(key: string): Values;
  below(key: string): readonly Place[];
}

function matches(policy: Policy, place: Place): boolean {
  return Object.entries(policy).every(([key, rule]) => {
    if (key === "$or" && Array.isArray(rule))
      return (rule as Policy[]).some((branch) => matches(branch, place));
    if (Array.isArray(rule))
      return (rule as unknown[]).some((condition) => holds(condition, place.values(key)));
    return isObject(rule) && place.below(key).some((child) => matches(rule, child));
  });
}

function holds(condition: unknown, values: Values): boolean {
  if (!isObject(condition)) return values?.some((value) => value === condition) ?? false;
  return Object.entries(condition).every(
    ([operator, operand]) => OPERATORS[operator]?.(operand, values) ?? false,
  );
}

type Operator = (operand: unknown, values: Values) => boolean;

/** An operator on text that any of the values may meet. */
const onText = (test: (text: string, operand: string) => boolean): Operator => {
  return (operand, values) =>
    typeof operand === "string" &&
    (values?.some((value) => typeof value === "string" && test(value, operand)) ?? false);
};

const OPERATORS: Readonly<Record<string, Operator>> = {
  prefix: onText((text, prefix) => text.startsWith(prefix)),
  suffix: onText((text, suffix) => text.endsWith(suffix)),
  "equals-ignore-case": onText((text, other) => text.toLowerCase() === other.toLowerCase()),
  wildcard: onText(isLike),
  cidr: onText(isWithin),
  exists: (operand, values) => (values !== undefined) === operand,
  numeric: (operand, values) =>
    Array.isArray(operand) &&
    (values?.some((value) => typeof value === "number" && isInRange(value, operand)) ?? false),
  "anything-but": (operand, values) => values?.some((value) => !excludes(operand, value)) ?? false,
};

function excludes(operand: unknown, value: Scalar): boolean {
  const excluded: readonly unknown[] = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  return excluded.some((item) => {
    if (!isObject(item)) return item === value;
    // {"anything-but": {"prefix": ["a", "b"]}}: each of the operator's texts excludes.
    return Object.entries(item).some(([operator, texts]) =>
      (Array.isArray(texts) ? (texts as unknown[]) : [texts]).some(
        (text) => OPERATORS[operator]?.(text, [value]) ?? false,
      ),
    );
  });
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** A range is a list of comparisons and bounds in turn: `[">", 0, "<=", 5]`. */
function isInRange(value: number, range: readonly unknown[]): boolean {
  for (let index = 0; index < range.length; index += 2) {
    const [comparison, bound] = [range[index], range[index + 1]];
    if (typeof comparison !== "string" || typeof bound !== "number") return false;
    if (!COMPARISONS[comparison]?.(value, bound)) return false;
  }
  return range.length > 0;
}

function isLike(text: string, pattern: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*");
  return new RegExp(`^${source}$`, "s").test(text);
}

function isWithin(address: string, block: string): boolean {
  const [network = "", bits] = block.split("/");
  const [version, other] = [isIP(address), isIP(network)];
  if (version === 0 || version !== other) return false;
  const family = version === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(bits ?? (version === 6 ? 128 : 32)), family);
  return list.check(address, family);
}

function fromAttributes(attributes: Readonly<Record<string, MessageAttribute>>): Place {
  return {
    values(key) {
      const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
      return attribute && readAttribute(attribute);
    },
    below: () => [],
  };
}

function readAttribute({ type, value }: MessageAttribute): readonly Scalar[] {
  if (type.startsWith("Number")) return [Number(value)];
  if (!type.startsWith("String.Array")) return type.startsWith("Binary") ? [] : [value];
  const items = parseJson(value);
  return Array.isArray(items) ? (items as Scalar[]) : [];
}

function fromBody(body: Policy): Place {
  const at = (key: string): unknown => (Object.hasOwn(body, key) ? body[key] : undefined);
  return {
    values(key) {
      const value = at(key);
      if (value === undefined) return undefined;
      return (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isScalar);
    },
    below(key) {
      const value = at(key);
      const children = Array.isArray(value) ? (value as unknown[]) : [value];
      return children.filter(isObject).map(fromBody);
    },
  };
}

function readObject(text: string): Policy | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** Undefined for text that is no JSON: such a message matches no policy. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Policy {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
