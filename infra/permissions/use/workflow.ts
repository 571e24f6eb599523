import type { Graph, Resource } from "../../../packages/local/src/synth/graph.ts";
import { ofType } from "../../graph.ts";
import { allStates, type Definition, type State } from "../../states/definition.ts";
import { need, type Need, TRACES } from "./needs.ts";

/** What Step Functions does under a machine's role: for its states, its log and its traces. */
export function needsOfMachine({ inputs }: Resource, graph: Graph): Need[] {
  const { definition, loggingConfiguration, tracingConfiguration } = inputs as {
    definition: string;
    loggingConfiguration?: { level: string };
    tracingConfiguration?: { enabled: boolean };
  };
  const states = allStates(JSON.parse(definition) as Definition);
  return [
    ...states.flatMap(([, state]) => needsOfState(state, graph)),
    ...(loggingConfiguration && loggingConfiguration.level !== "OFF" ? LOG_DELIVERY : []).map((action) =>
      need(action, "*"),
    ),
    ...(tracingConfiguration?.enabled ? [...TRACES, ...SAMPLING] : []).map((action) => need(action, "*")),
  ];
}

/**
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, without the two on log streams: the delivery writes
 * them by the log's own policy, which is what PutResourcePolicy is for. AWS CDK grants these eight and no others.
 */
const LOG_DELIVERY = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html */
const SAMPLING = ["xray:GetSamplingRules", "xray:GetSamplingTargets"];

function needsOfState({ Type, Resource: integration = "", Arguments = {} }: State, graph: Graph): Need[] {
  if (Type !== "Task") return [];
  const service = integration.replace("arn:aws:states:::", "");
  const needs = SERVICES[service];
  if (!needs) throw new Error(`Say in ${import.meta.filename} what a state of "${service}" needs.`);
  return needs(Arguments, graph);
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html */
const SERVICES: Readonly<Record<string, (about: Readonly<Record<string, unknown>>, graph: Graph) => Need[]>> =
  {
    "lambda:invoke": ({ FunctionName }) => [need("lambda:InvokeFunction", String(FunctionName))],
    "sns:publish": ({ TopicArn }, graph) => [
      need("sns:Publish", String(TopicArn)),
      ...keyOf(String(TopicArn), graph),
    ],
    "ecs:runTask.sync": runTask,
  };

function keyOf(topicArn: string, graph: Graph): Need[] {
  const topic = ofType(graph, "aws:sns/topic:Topic").find(({ outputs }) => outputs.arn === topicArn);
  const key = ofType(graph, "aws:kms/key:Key").find(({ outputs }) =>
    [outputs.keyId, outputs.arn].includes(topic?.inputs.kmsMasterKeyId),
  );
  return key
    ? ["kms:GenerateDataKey", "kms:Decrypt"].map((action) => need(action, String(key.outputs.arn)))
    : [];
}

function runTask({ TaskDefinition, Cluster }: Readonly<Record<string, unknown>>, graph: Graph): Need[] {
  const [, , , region, account] = String(Cluster).split(":");
  const definition = ofType(graph, "aws:ecs/taskDefinition:TaskDefinition").find(
    ({ outputs }) => outputs.arn === TaskDefinition,
  );
  const task = `${String(Cluster).replace(":cluster/", ":task/")}/any`;
  const rule = `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForECSTaskRule`;
  return [
    // An execution that began before a deployment goes on with the revision that it knows.
    ...[1, 2].map((revision) =>
      need("ecs:RunTask", String(TaskDefinition).replace(/\d+$/, String(revision))),
    ),
    ...["ecs:StopTask", "ecs:DescribeTasks"].map((action) => need(action, task)),
    ...["events:PutTargets", "events:PutRule", "events:DescribeRule"].map((action) => need(action, rule)),
    ...[definition?.inputs.executionRoleArn, definition?.inputs.taskRoleArn].map((role) =>
      need("iam:PassRole", String(role)),
    ),
  ];
}
