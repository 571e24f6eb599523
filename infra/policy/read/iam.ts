import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { at, isRecord, listOf, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";
import { parsed } from "./document.ts";

/** One statement of a policy, with lists where the language also allows single values. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  /** Set by NotAction or NotResource: the statement names what it leaves out. */
  readonly inverted: boolean;
  readonly resources: readonly string[];
  readonly principals: readonly Principal[];
  readonly condition: unknown;
}

interface Principal {
  /** `*`, `AWS`, `Service`, `Federated`, `CanonicalUser`. */
  readonly kind: string;
  readonly value: string;
}

/** A statement and where it stands. */
export interface Placed {
  readonly resource: Resource;
  /** `inlinePolicies.0.policy.Statement.3` */
  readonly property: string;
  readonly statement: Statement;
}

/** The statements of the policy that a property holds, as text or as an object. */
export function statementsAt(resource: Resource, property: string): Placed[] {
  return listOf(at(parsed(resource, property), "Statement")).map((statement, index) => ({
    resource,
    property: `${property}.Statement.${index}`,
    statement: normalized(statement),
  }));
}

/** All statements that say what roles may do. */
export function permissions(graph: Graph): Placed[] {
  return [
    ...ofType(graph, TYPE.role).flatMap(inlineStatements),
    ...[TYPE.rolePolicy, TYPE.policy].flatMap((type) =>
      ofType(graph, type).flatMap((resource) => statementsAt(resource, "policy")),
    ),
  ];
}

/** What one role may do, by policies inside it and beside it. */
export function permissionsOf(graph: Graph, role: Resource): Placed[] {
  const names: readonly unknown[] = [role.id, role.outputs.name];
  return [
    ...inlineStatements(role),
    ...ofType(graph, TYPE.rolePolicy)
      .filter(({ inputs }) => names.includes(inputs.role))
      .flatMap((resource) => statementsAt(resource, "policy")),
  ];
}

function inlineStatements(role: Resource): Placed[] {
  return listOf(role.inputs.inlinePolicies).flatMap((_, index) =>
    statementsAt(role, `inlinePolicies.${index}.policy`),
  );
}

function normalized(statement: unknown): Statement {
  const inverted = at(statement, "NotAction") !== undefined || at(statement, "NotResource") !== undefined;
  return {
    effect: stringsOf(at(statement, "Effect")).join(),
    actions: stringsOf(at(statement, "Action")),
    inverted,
    resources: stringsOf(at(statement, "Resource")),
    principals: principalsOf(at(statement, "Principal")),
    condition: at(statement, "Condition"),
  };
}

function principalsOf(principal: unknown): Principal[] {
  if (!isRecord(principal)) return stringsOf(principal).map((value) => ({ kind: "*", value }));
  return Object.entries(principal).flatMap(([kind, values]) =>
    stringsOf(values).map((value) => ({ kind, value })),
  );
}

export const allows = ({ effect }: Statement) => effect === "Allow";

export const isAnyone = ({ kind, value }: Principal) => value === "*" && kind !== "Service";

/** The condition keys of a statement, in lower case: AWS takes them in any. */
export function conditionKeys({ condition }: Statement): string[] {
  if (!isRecord(condition)) return [];
  return Object.values(condition)
    .filter(isRecord)
    .flatMap((test) => Object.keys(test).map((key) => key.toLowerCase()));
}

/** The values that a condition key is compared with. */
export function conditionValues({ condition }: Statement, key: string): string[] {
  if (!isRecord(condition)) return [];
  return Object.values(condition)
    .filter(isRecord)
    .flatMap((test) => Object.entries(test))
    .filter(([name]) => name.toLowerCase() === key.toLowerCase())
    .flatMap(([, values]) => listOf(values).map(String));
}

/** Whether a pattern of a policy (`s3:Get*`) covers an action, or an ARN. */
export function covers(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i").test(text);
}

/** Whether the statements allow an action: on the resource, or on anything at all when none is named. */
export function allowsAction(placed: readonly Placed[], action: string, arn?: string): boolean {
  return placed.some(
    ({ statement }) =>
      allows(statement) &&
      statement.actions.some((pattern) => covers(pattern, action)) &&
      (arn === undefined || statement.resources.some((pattern) => covers(pattern, arn))),
  );
}

/** A denial to everybody who comes without TLS. */
export function deniesPlainText({ statement }: Placed, action: string): boolean {
  return (
    statement.effect === "Deny" &&
    statement.principals.some(isAnyone) &&
    statement.actions.some((pattern) => covers(pattern, action)) &&
    String(at(statement.condition, "Bool.aws:SecureTransport")) === "false"
  );
}

/** A service may act for strangers too, unless the policy says for whose resources. */
export function isConfusedDeputy({ statement }: Placed): boolean {
  const keys = conditionKeys(statement);
  return (
    allows(statement) &&
    statement.principals.some(({ kind }) => kind === "Service") &&
    !keys.includes("aws:sourcearn") &&
    !keys.includes("aws:sourceaccount")
  );
}
