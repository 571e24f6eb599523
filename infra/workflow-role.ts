/// <reference path="../.sst/platform/config.d.ts" />
import { arnOf, region } from "./arn";
import { cluster } from "./compute";
import { key } from "./encryption";
import { anywhere } from "./permissions/wildcards";
import { trustOf } from "./service-role";

/**
 * The state machine's role. SST 3.19.3 offers no transform for it, gives it every action of EventBridge, and leaves out
 * what `.sync` needs to follow a task and to stop it when an execution is aborted.
 */
$transform(aws.iam.Role, (args, _options, name) => {
  if (name !== "WorkflowRole") return;
  args.assumeRolePolicy = trustOf("states.amazonaws.com", "states", "stateMachine:*");
  args.inlinePolicies = $output(args.inlinePolicies ?? []).apply((policies) =>
    policies.map(({ name, policy }) => ({ name, policy: complete($output(policy)) })),
  );
});

interface Statement {
  Effect: "Allow";
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}

const list = (value: string | string[]) => (Array.isArray(value) ? value : [value]);

function complete(policy: $util.Output<string | undefined>) {
  const { arn, name } = cluster.nodes.cluster;
  const place = { cluster: arn, tasks: arnOf("ecs", $interpolate`task/${name}/*`), key: key.arn, region };
  const rule = arnOf("events", "rule/StepFunctionsGetEventsForECSTaskRule");
  return $util.all([policy, place, rule]).apply(([text, place, rule]) => {
    const { Statement, ...document } = JSON.parse(text ?? "{}") as { Statement: Statement[] };
    const own = ofStates(Statement).map((statement) => narrow(statement, place.cluster));
    return JSON.stringify({
      ...document,
      Statement: [...own, ...followTasks(place, rule), ...ofTheMachine(place)],
    });
  });
}

/** What the states need, once each: SST writes it for every way that leads to a state, among rights to everything. */
function ofStates(statements: Statement[]): Statement[] {
  const resources = new Map<string, Set<string>>();
  for (const { Action, Resource } of statements) {
    if (list(Resource).includes("*")) continue;
    for (const action of list(Action))
      resources.set(action, new Set([...(resources.get(action) ?? []), ...list(Resource)]));
  }
  return [...resources].map(([Action, arns]) => ({ Effect: "Allow", Action, Resource: [...arns] }));
}

function narrow(statement: Statement, cluster: string): Statement {
  if (statement.Action === "iam:PassRole")
    return {
      ...statement,
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    };
  if (statement.Action !== "ecs:RunTask") return statement;
  return {
    ...statement,
    // Every revision of the family: an execution that is older than the last deployment retries on its own.
    Resource: list(statement.Resource).map((arn) => arn.replace(/:\d+$/, ":*")),
    Condition: { ArnEquals: { "ecs:cluster": cluster } },
  };
}

interface Place {
  readonly tasks: string;
  readonly key: string;
  readonly region: string;
}

/** A task's ARN is known only after it was started; EventBridge's rule tells Step Functions of its end. */
function followTasks({ tasks }: Place, rule: string): Statement[] {
  return [
    { Effect: "Allow", Action: ["ecs:StopTask", "ecs:DescribeTasks"], Resource: tasks },
    {
      Effect: "Allow",
      Action: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      Resource: rule,
    },
  ];
}

/** What the machine itself needs: its log and its traces, and the key of the topics that its states publish to. */
function ofTheMachine({ key, region }: Place): Statement[] {
  return [
    ...(["logDelivery", "traces", "sampling"] as const).map(anywhere).map(({ actions, resources }) => ({
      Effect: "Allow" as const,
      Action: actions,
      Resource: resources,
    })),
    {
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: key,
      Condition: { StringEquals: { "kms:ViaService": `sns.${region}.amazonaws.com` } },
    },
  ];
}
