/** A policy's document, of a role or of a bucket. */
export interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PolicyRequest {
  /** As in a policy: `s3:GetObject`. */
  readonly action: string;
  /** As in a policy: an ARN, or `*`. */
  readonly resource: string;
  /** What is known of the request beyond that, by condition key in lower case: `aws:sourcearn`. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** `denied` is what a statement says, `silent` that none allows it. */
export type Decision = "allowed" | "denied" | "silent";

/**
 * What statements say about a request, as IAM decides: a Deny wins over every Allow, and without an Allow it is no.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * Conditions that cannot be judged here never open anything: an Allow needs to be met, a Deny holds unless it is not.
 */
export function decide(statements: readonly Statement[], request: PolicyRequest): Decision {
  const relevant = statements.filter((statement) => concerns(statement, request));
  const { keys = {} } = request;
  if (relevant.some((statement) => statement.Effect === "Deny" && conditionOf(statement, keys) !== "unmet"))
    return "denied";
  const isAllowed = relevant.some(
    (statement) => statement.Effect === "Allow" && conditionOf(statement, keys) === "met",
  );
  return isAllowed ? "allowed" : "silent";
}

export function statementsOf({ Statement }: PolicyDocument): readonly Statement[] {
  return listOf(Statement);
}

function concerns(statement: Statement, { action, resource }: PolicyRequest): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const isNamed = (patterns: Statement["Action"]) =>
    listOf(patterns).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  const isMeant = (patterns: Statement["Resource"]) =>
    listOf(patterns).some((pattern) => matches(pattern, resource));
  return (
    (NotAction === undefined ? isNamed(Action) : !isNamed(NotAction)) &&
    (NotResource === undefined ? isMeant(Resource) : !isMeant(NotResource))
  );
}

/** Operators that compare text, each with how. */
const COMPARISONS: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  stringequals: (pattern, value) => pattern === value,
  stringlike: matches,
  arnequals: matches,
  arnlike: matches,
};

function conditionOf(
  { Condition }: Statement,
  known: Readonly<Record<string, string>>,
): "met" | "unmet" | "unknown" {
  const tests = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      wanted: [value].flat().map(String),
    })),
  );
  const results = tests.map(({ operator, key, wanted }) => {
    // The endpoint has no TLS; it stands for one that has.
    if (operator === "bool" && key === "aws:securetransport")
      return wanted.includes("true") ? "met" : "unmet";
    const [compare, value] = [COMPARISONS[operator], known[key]];
    if (!compare || value === undefined) return "unknown";
    return wanted.some((pattern) => compare(pattern, value)) ? "met" : "unmet";
  });
  if (results.includes("unmet")) return "unmet";
  return results.includes("unknown") ? "unknown" : "met";
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}
