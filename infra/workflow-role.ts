/// <reference path="../.sst/platform/config.d.ts" />

/**
 * The state machine's role. SST 3.19.3 offers no transform for it, gives it every action of EventBridge, and leaves out
 * what `.sync` needs to follow a task and to stop it when an execution is aborted.
 */
$transform(aws.iam.Role, (args, _options, name) => {
  if (name !== "WorkflowRole") return;
  args.inlinePolicies = $output(args.inlinePolicies ?? []).apply((policies) =>
    policies.map((policy) => ({
      ...policy,
      policy: $output(policy.policy).apply((text) => rewrite(text ?? "")),
    })),
  );
});

interface Statement {
  Action: string | string[];
  Resource: string | string[];
  [field: string]: unknown;
}

function rewrite(text: string): string {
  const document = JSON.parse(text) as { Statement: Statement[] };
  const statements = document.Statement.filter(
    (statement) => !grants(statement, "events:*") && !grants(statement, "states:StartExecution"),
  );
  return JSON.stringify({
    ...document,
    Statement: [...statements.map(widenToFamily), ...followTasks(statements)],
  });
}

const list = (value: string | string[]) => (Array.isArray(value) ? value : [value]);
const grants = (statement: Statement, action: string) => list(statement.Action).includes(action);

/** RunTask on every revision of the family: an execution that is older than the last deployment retries on its own. */
function widenToFamily(statement: Statement): Statement {
  if (!grants(statement, "ecs:RunTask")) return statement;
  return { ...statement, Resource: list(statement.Resource).map((arn) => arn.replace(/:\d+$/, ":*")) };
}

function followTasks(statements: Statement[]): Statement[] {
  const task = list(statements.find((statement) => grants(statement, "ecs:RunTask"))?.Resource ?? [])[0];
  if (!task) return [];
  const [, partition, , region, account] = task.split(":");
  return [
    // A task's ARN is known only after it was started, so AWS documents these two on every task of the account.
    {
      Effect: "Allow",
      Action: ["ecs:StopTask", "ecs:DescribeTasks"],
      Resource: `arn:${partition}:ecs:${region}:${account}:task/*`,
    },
    {
      Effect: "Allow",
      Action: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      Resource: `arn:${partition}:events:${region}:${account}:rule/StepFunctionsGetEventsForECSTaskRule`,
    },
  ];
}
