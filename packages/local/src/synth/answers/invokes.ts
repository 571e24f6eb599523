type Inputs = Readonly<Record<string, unknown>>;
interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** What AWS answers to a question that a program asks while it runs. One without an entry is refused by name. */
export const INVOKES: Readonly<Record<string, (inputs: Inputs, place: Place) => Record<string, unknown>>> = {
  // The regions' first zones end with a, c and d in Tokyo, with a, b and c elsewhere.
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, { region }) => {
    const names = (region === "ap-northeast-1" ? ["a", "c", "d"] : ["a", "b", "c"]).map(
      (zone) => region + zone,
    );
    return { id: region, names, zoneIds: names.map((_zone, index) => `${region}-az${index + 1}`) };
  },
  "aws:index/getCallerIdentity:getCallerIdentity": (_, { accountId }) => ({
    accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    userId: accountId,
    id: accountId,
  }),
  "aws:index/getRegion:getRegion": (inputs, { region }) => ({
    name: inputs.name ?? region,
    id: inputs.name ?? region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" }),
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": (_, { region, accountId }) => ({
    proxyEndpoint: `https://${accountId}.dkr.ecr.${region}.amazonaws.com`,
    userName: "AWS",
    password: "",
    id: region,
  }),
};

interface Statement {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

/** IAM's JSON from the provider's description of a policy, as the provider writes it. */
function policyDocument(inputs: Inputs): Record<string, unknown> {
  const statements = (inputs.statements ?? []) as Statement[];
  const document = { Version: "2012-10-17", Statement: statements.map(statement) };
  return { ...inputs, statements, json: JSON.stringify(document), id: String(statements.length) };
}

function statement(from: Statement): Record<string, unknown> {
  return {
    ...(from.sid && { Sid: from.sid }),
    Effect: from.effect ?? "Allow",
    ...(from.actions && { Action: single(from.actions) }),
    ...(from.notActions && { NotAction: single(from.notActions) }),
    ...(from.resources && { Resource: single(from.resources) }),
    ...(from.notResources && { NotResource: single(from.notResources) }),
    ...(from.principals?.length && { Principal: principals(from.principals) }),
    ...(from.conditions?.length && { Condition: conditions(from.conditions) }),
  };
}

const single = (values: string[]) => (values.length === 1 ? values[0] : values);

function principals(list: NonNullable<Statement["principals"]>): unknown {
  if (list.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"))) return "*";
  return Object.fromEntries(list.map(({ type, identifiers }) => [type, single(identifiers)]));
}

function conditions(list: NonNullable<Statement["conditions"]>): Record<string, Record<string, unknown>> {
  const result: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of list) (result[test] ??= {})[variable] = single(values);
  return result;
}
