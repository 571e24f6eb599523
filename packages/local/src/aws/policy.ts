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
  if (relevant.some((statement) => statement.Effect === "Deny" && conditionOf(statement) !== "unmet"))
    return "denied";
  const isAllowed = relevant.some(
    (statement) => statement.Effect === "Allow" && conditionOf(statement) === "met",
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

function conditionOf({ Condition }: Statement): "met" | "unmet" | "unknown" {
  const tests = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => ({ test: `${operator} ${key}`.toLowerCase(), value })),
  );
  const results = tests.map(({ test, value }) => {
    // The endpoint has no TLS; it stands for one that has.
    if (test === "bool aws:securetransport") return String(value) === "true" ? "met" : "unmet";
    return "unknown";
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
