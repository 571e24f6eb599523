import { decide, type PolicyDocument, type Statement, statementsOf } from "../aws/policy.ts";
import type { Log } from "../aws/request.ts";
import { AwsError, type Authorize, type Caller } from "../aws/service.ts";
import { type Graph, ofType, type Resource } from "../synth/graph.ts";

/** Policies of AWS that allow nothing which could be asked for here. */
const BESIDES = new Set(
  [
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    "AWSXRayDaemonWriteAccess",
  ].map((name) => `arn:aws:iam::aws:policy/${name}`),
);

/**
 * Refuses what the policies of a role do not allow, in each service's words, so that a permission that is missing in the
 * cloud is missing here. Callers without a role in the graph, such as the person at this machine, may do everything.
 */
export function createAuthorizer(graph: Graph, log: Log): Authorize {
  const roles = new Map<string, readonly Statement[]>();
  for (const role of ofType(graph, "aws:iam/role:Role")) {
    const statements = statementsOfRole(role, graph, log);
    if (statements) roles.set(role.outputs.arn as string, statements);
  }
  return ({ caller, action, resource }) => {
    const statements = caller && roles.get(caller.arn);
    if (!statements) return;
    const decision = decide(statements, { action, resource });
    if (decision !== "allowed") throw refusal(caller, action, resource, decision);
  };
}

/** Undefined for a role with a policy that only AWS knows the content of. */
function statementsOfRole(role: Resource, graph: Graph, log: Log): Statement[] | undefined {
  const attached = [...listOf(role.inputs.managedPolicyArns), ...attachments(role, graph)].filter(
    (arn) => !BESIDES.has(arn),
  );
  const own = ofType(graph, "aws:iam/policy:Policy").filter(({ outputs }) =>
    attached.includes(outputs.arn as string),
  );
  const unknown = attached.find((arn) => !own.some(({ outputs }) => outputs.arn === arn));
  if (unknown !== undefined) {
    const message = `The role "${role.name}" may do everything: what ${unknown} allows is not known here.`;
    log({ level: "warn", source: "iam", message });
    return undefined;
  }
  const inline = (role.inputs.inlinePolicies ?? []) as { policy?: unknown }[];
  const separate = ofType(graph, "aws:iam/rolePolicy:RolePolicy").filter((policy) => isOf(policy, role));
  const documents = [...inline, ...[...separate, ...own].map(({ inputs }) => inputs as { policy?: unknown })];
  return documents.flatMap(({ policy }) => statementsOf(parse(policy)));
}

function attachments(role: Resource, graph: Graph): string[] {
  return ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter((attachment) => isOf(attachment, role))
    .map(({ inputs }) => inputs.policyArn as string);
}

function isOf({ inputs }: Resource, { id, outputs }: Resource): boolean {
  return inputs.role === id || inputs.role === outputs.name || inputs.role === outputs.arn;
}

const listOf = (value: unknown) => (Array.isArray(value) ? (value as string[]) : []);

function parse(policy: unknown): PolicyDocument {
  return (typeof policy === "string" ? JSON.parse(policy) : (policy ?? { Statement: [] })) as PolicyDocument;
}

/** Code and status, where a service's differ from most others'. */
const REFUSALS: Readonly<Record<string, readonly [code: string, statusCode: number]>> = {
  s3: ["AccessDenied", 403],
  sns: ["AuthorizationError", 403],
  lambda: ["AccessDeniedException", 403],
};

function refusal({ arn }: Caller, action: string, resource: string, decision: "denied" | "silent"): AwsError {
  const [code, statusCode] = REFUSALS[action.split(":")[0] ?? ""] ?? ["AccessDeniedException", 400];
  const reason =
    decision === "denied"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  const session = arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
  return new AwsError(
    code,
    `User: ${session}/local is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    { statusCode },
  );
}
