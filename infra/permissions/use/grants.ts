import type { Resource } from "../../../packages/local/src/synth/graph.ts";

/** One action on one resource that a role is allowed, as its policy writes them. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** What a role's inline policies allow; a policy that is not inline is an error, as nobody here would read it. */
export function grantsOf(role: Resource): Grant[] {
  return statementsOf(role)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource: resources }) =>
      [Action].flat().flatMap((action) => [resources].flat().map((resource) => ({ action, resource }))),
    );
}

export function statementsOf(role: Resource): Statement[] {
  const managed = (role.inputs.managedPolicyArns ?? []) as string[];
  if (managed.length > 0)
    throw new Error(`${role.name} has ${managed.join(", ")}: write down what it needs.`);
  const inline = (role.inputs.inlinePolicies ?? []) as { policy: string }[];
  return inline.flatMap(({ policy }) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
}

/** Whether a resource of a policy, with its wildcards, stands for this one. */
export function standsFor(pattern: string, resource: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(resource);
}
