/** A bucket policy's document, as far as it says what anonymous requests may do. */
export interface BucketPolicy {
  readonly Statement: Statement | readonly Statement[];
}

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Whether a policy lets an unsigned request do something.
 * @param action as in a policy, `s3:GetObject`.
 * @param resource the ARN of the bucket or object.
 */
export function allowsAnonymous(policy: BucketPolicy | undefined, action: string, resource: string): boolean {
  const statements = policy ? listOf(policy.Statement) : [];
  const applies = (statement: Statement) =>
    isEveryone(statement.Principal) &&
    listOf(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    listOf(statement.Resource).some((pattern) => matches(pattern, resource));
  const relevant = statements.filter(applies);
  if (relevant.some((statement) => statement.Effect === "Deny" && conditionOf(statement) !== "unmet"))
    return false;
  return relevant.some((statement) => statement.Effect === "Allow" && conditionOf(statement) === "met");
}

function isEveryone(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null || !("AWS" in principal)) return false;
  return listOf(principal.AWS).includes("*");
}

/** Conditions that cannot be judged here never open anything: an Allow needs "met", a Deny holds unless "unmet". */
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
