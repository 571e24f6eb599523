import type jsonata from "jsonata";
import { compile, isExpression, sourceOf, SyntaxProblem } from "../query/jsonata.ts";
import type { Report } from "./check.ts";

/** Parts of a state that hold other states; they are checked as states of their own. */
const NESTED = new Set(["ItemProcessor", "Iterator", "Branches", "Comment"]);

/** Every expression of a state must parse, and may start only from a variable: there is no context item. */
export function checkExpressions(state: Readonly<Record<string, unknown>>, at: string, report: Report): void {
  for (const [name, value] of Object.entries(state)) {
    if (!NESTED.has(name)) checkValue(value, `${at}/${name}`, report);
  }
}

function checkValue(value: unknown, at: string, report: Report): void {
  if (isExpression(value)) checkExpression(sourceOf(value), at, report);
  else if (typeof value === "string") {
    if (value.startsWith("{%")) report("JSONata string must start with {% and end with %}", at);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(item, `${at}[${index}]`, report);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) checkValue(item, `${at}/${name}`, report);
  }
}

function checkExpression(source: string, at: string, report: Report): void {
  try {
    for (const name of new Set(bareNames(compile(source).ast()))) {
      report(
        `Reference to '${name}' at the top level is not supported.`,
        at,
        "UNSUPPORTED_JSONATA_EXPRESSION",
      );
    }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    report(error.message, at, "INVALID_JSONATA_EXPRESSION");
  }
}

type Node = jsonata.ExprNode & { then?: Node; else?: Node; condition?: Node; keepArray?: boolean };

/**
 * Names that are read from the context item. Only what is sure to be evaluated without one is looked at: the first step of
 * a path, and the parts of operators, lists, objects, conditions, blocks and calls; predicates and later steps have a context.
 */
function bareNames(node: Node): string[] {
  if (node.type === ("path" as Node["type"])) {
    const [first] = node.steps ?? [];
    return first ? bareNames(first) : [];
  }
  if (node.type === "name") return [String(node.value)];
  return inner(node).flatMap(bareNames);
}

function inner(node: Node): Node[] {
  switch (node.type as string) {
    case "binary":
    case "apply":
    case "bind":
      return [node.lhs, node.rhs].filter(isNode);
    case "condition":
      return [node.condition, node.then, node.else].filter(isNode);
    case "block":
      return node.expressions ?? [];
    case "function":
    case "partial":
      return node.arguments ?? [];
    case "unary":
      return node.value === "{" ? ((node.lhs ?? []) as [Node, Node][]).flat() : (node.expressions ?? []);
    default:
      return [];
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);
