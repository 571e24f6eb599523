/// <reference path="../../asl-validator.d.ts" />
import validateDefinition from "asl-validator";
import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { all, each, weighing } from "../checks.ts";
import { is, isRecord, set } from "../conditions.ts";
import { parsed } from "../read/document.ts";
import { allows, allowsAction, conditionValues, covers, permissionsOf, type Placed } from "../read/iam.ts";
import { secretsIn } from "../read/secrets.ts";
import { followsTasks, type State, statesOf } from "../read/states.ts";
import type { Rule, Stack, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { role, stateMachine } = TYPE;

/** P55-P58: Step Functions. */
export const WORKFLOW: readonly Rule[] = [
  {
    id: "P55",
    title: "The state machine logs every step, with its data",
    gate: "B",
    stages: "all",
    sources: ["SF1", "StepFunctions.1", "CKV_AWS_285"],
    resources: [stateMachine],
    check: all(
      each(stateMachine, { "loggingConfiguration.level": is("ALL") }),
      weighing("X", each(stateMachine, { "loggingConfiguration.includeExecutionData": is(true) })),
    ),
  },
  {
    id: "P56",
    title: "The state machine is traced, and encrypted with a key of our own",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_284", "SF2", "pw stepfunctions_statemachine_encrypted_with_cmk"],
    resources: [stateMachine],
    check: each(stateMachine, {
      "tracingConfiguration.enabled": is(true),
      "encryptionConfiguration.kmsKeyId": set,
    }),
  },
  {
    id: "P57",
    title: "The definition is valid, ends in time, recovers from every task, and holds no secret",
    gate: "B",
    stages: "all",
    sources: ["pw stepfunctions_statemachine_no_secrets_in_definition", "own"],
    resources: [stateMachine],
    check: (stack) => ofType(stack.graph, stateMachine).flatMap((machine) => flaws(stack, machine)),
  },
  {
    id: "P58",
    title: "The state machine may follow and stop its tasks, and pass roles to ECS alone",
    gate: "B",
    stages: "all",
    sources: ["AWS ecs-iam", "AWS-0342"],
    resources: [stateMachine],
    check: ({ graph }) =>
      ofType(graph, stateMachine)
        .filter(followsTasks)
        .flatMap((machine) =>
          ofType(graph, role)
            .filter(({ outputs }) => outputs.arn === machine.inputs.roleArn)
            .flatMap((owner) => unfitRole(graph, owner)),
        ),
  },
];

/** By definition: the validator compiles its schemas for each question, which takes a quarter of a second. */
const invalidities = new Map<string, string>();

/** What AWS would refuse in a definition, or nothing. */
function invalidity(definition: object): string {
  const text = JSON.stringify(definition);
  const known = invalidities.get(text);
  if (known !== undefined) return known;
  const { isValid, errorsText } = validateDefinition(definition);
  const found = isValid ? "" : errorsText();
  invalidities.set(text, found);
  return found;
}

function flaws({ graph }: Stack, machine: Resource): Violation[] {
  const definition = parsed(machine, "definition");
  if (!isRecord(definition)) return [flaw(machine, "definition", definition, "a definition")];
  const invalid = invalidity(definition);
  return [
    ...(invalid === "" ? [] : [flaw(machine, "definition", invalid, "what asl-validator accepts")]),
    ...(set.holds(definition.TimeoutSeconds)
      ? []
      : [flaw(machine, "definition.TimeoutSeconds", undefined, "a limit for the whole execution")]),
    ...statesOf(machine).flatMap(unguarded),
    ...secretsIn(graph, JSON.stringify(definition)).map((owner) =>
      flaw(machine, "definition", `the value of ${owner}`, "no secret"),
    ),
  ];
}

function unguarded({ machine, property, fields, isCaught }: State): Violation[] {
  if (fields.Type !== "Task") return [];
  const timeout = fields.TimeoutSeconds ?? fields.TimeoutSecondsPath;
  return [
    ...(set.holds(timeout)
      ? []
      : [flaw(machine, `${property}.TimeoutSeconds`, timeout, "a limit in seconds")]),
    ...["Retry", ...(isCaught ? [] : ["Catch"])]
      .filter((field) => !set.holds(fields[field]))
      .map((field) => flaw(machine, `${property}.${field}`, fields[field], "what to do when the task fails")),
  ];
}

const EVENTS_RULE = /^arn:[^:]+:events:[^:]+:\d+:rule\/StepFunctionsGetEventsForECSTaskRule$/;

/** AWS's page on calling ECS: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html */
function unfitRole(graph: Graph, owner: Resource): Violation[] {
  const placed = permissionsOf(graph, owner);
  const needed = [
    ...["ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks"],
    ...["events:PutTargets", "events:PutRule", "events:DescribeRule"],
  ];
  return [
    ...needed
      .filter((action) => !allowsAction(placed, action))
      .map((action) => flaw(owner, "inlinePolicies", undefined, `${action} allowed`)),
    ...placed
      .filter(grantsEvents)
      .flatMap(({ property, statement: { resources } }) =>
        resources.every((resource) => EVENTS_RULE.test(resource))
          ? []
          : [flaw(owner, property, resources.join(), "the rule StepFunctionsGetEventsForECSTaskRule alone")],
      ),
    ...placed.filter(passesRoles).flatMap(({ property, statement }) => {
      const services = conditionValues(statement, "iam:PassedToService");
      return services.join() === "ecs-tasks.amazonaws.com"
        ? []
        : [
            flaw(
              owner,
              property,
              services.join() || undefined,
              "iam:PassedToService ecs-tasks.amazonaws.com",
            ),
          ];
    }),
  ];
}

const grantsEvents = ({ statement }: Placed) =>
  allows(statement) && statement.actions.some((action) => action.startsWith("events:") || action === "*");

const passesRoles = ({ statement }: Placed) =>
  allows(statement) && statement.actions.some((action) => covers(action, "iam:PassRole"));

const flaw = (resource: Resource, property: string, found: unknown, expected: string): Violation => ({
  resource,
  property,
  found,
  expected,
});
