/// <reference path="../.sst/platform/config.d.ts" />
import { trustOf } from "./service-role";

interface Statement {
  readonly Action: string | readonly string[];
}

/**
 * What the program in a task may do: what its component was told and no more. SST also lets every task be entered with a
 * shell (ECS Exec), which nobody needs: a task is a copy of what runs on a laptop.
 */
export function limitTask(args: aws.iam.RoleArgs): undefined {
  if (!$dev) args.assumeRolePolicy = trustOf("ecs-tasks.amazonaws.com", "ecs", "*");
  args.inlinePolicies = $output(args.inlinePolicies ?? []).apply((policies) =>
    policies.map(({ name, policy }) => ({
      name,
      policy: $output(policy).apply((text) => withoutShell(text ?? "{}")),
    })),
  );
}

function withoutShell(text: string): string {
  const policy = JSON.parse(text) as { Statement: Statement[] };
  const isShell = ({ Action }: Statement) =>
    [Action].flat().every((action) => action.startsWith("ssmmessages:"));
  return JSON.stringify({
    ...policy,
    Statement: policy.Statement.filter((statement) => !isShell(statement)),
  });
}
