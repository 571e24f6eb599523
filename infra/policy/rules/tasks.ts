import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { all, each, unmet, weighing } from "../checks.ts";
import { at, contains, is, isNot, listOf, set, stringsOf, that, unset } from "../conditions.ts";
import { containers, eachContainer } from "../read/containers.ts";
import { isPublicSubnet } from "../read/subnets.ts";
import { exposures } from "../read/secrets.ts";
import { networkOf, runTasks, type State } from "../read/states.ts";
import type { Rule, Stack, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { cluster, stateMachine, taskDefinition } = TYPE;

/** P26-P36: tasks on ECS. */
export const TASKS: readonly Rule[] = [
  {
    id: "P26",
    title: "Tasks mount files over TLS and under their role",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_97", "AWS-0035", "ECS.18", "own"],
    resources: [taskDefinition],
    check: ({ graph }) => ofType(graph, taskDefinition).flatMap(looseMounts),
  },
  {
    id: "P27",
    title: "Containers cannot write to their own image",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_336", "ECS.5"],
    resources: [taskDefinition],
    check: eachContainer({ readonlyRootFilesystem: is(true) }),
  },
  {
    id: "P28",
    title: "Containers are not privileged",
    gate: "B",
    stages: "all",
    sources: ["ECS.4", "CKV_AWS_334"],
    resources: [taskDefinition],
    check: eachContainer({ privileged: isNot(true) }),
  },
  {
    id: "P29",
    title: "Containers run as a user other than root",
    gate: "B",
    stages: "all",
    sources: ["ECS.20"],
    resources: [taskDefinition],
    check: eachContainer({
      user: that("a user other than root", (user) => set.holds(user) && !/^(0|root)(:|$)/.test(String(user))),
    }),
  },
  {
    id: "P30",
    title: "Containers get secrets by reference and none in their environment",
    gate: "B",
    stages: "all",
    sources: ["ECS.8", "ECS2", "AWS-0036", "pw ecs_task_definitions_no_environment_secrets"],
    resources: [taskDefinition],
    check: exposedSecrets,
  },
  {
    id: "P31",
    title: "Containers log, and never wait for the log",
    gate: "B",
    stages: "all",
    sources: ["ECS7", "ECS.9", "pw ecs_task_definitions_logging_block_mode"],
    resources: [taskDefinition],
    check: all(
      eachContainer({ "logConfiguration.logDriver": set }),
      weighing(
        "W",
        eachContainer({
          "logConfiguration.options.mode": is("non-blocking"),
          "logConfiguration.options.max-buffer-size": set,
        }),
      ),
    ),
  },
  {
    id: "P32",
    title: "Tasks have a network of their own, no view of the host, and two roles",
    gate: "B",
    stages: "all",
    sources: ["ECS.17", "CKV_AWS_335", "ECS.3", "CKV_AWS_249"],
    resources: [taskDefinition],
    check: all(each(taskDefinition, { networkMode: is("awsvpc"), pidMode: isNot("host") }), ({ graph }) =>
      ofType(graph, taskDefinition).flatMap(sharedRole),
    ),
  },
  {
    id: "P33",
    title: "Containers have no capability, port or terminal, and two minutes to end",
    gate: "B",
    stages: "all",
    sources: ["own"],
    resources: [taskDefinition],
    check: eachContainer({
      "linuxParameters.capabilities.drop": contains("ALL"),
      portMappings: unset,
      stopTimeout: is(120),
      pseudoTerminal: isNot(true),
    }),
  },
  {
    id: "P34",
    title: "Old revisions of a task stay usable for executions that began with them",
    gate: "B",
    stages: "all",
    sources: ["own"],
    resources: [taskDefinition],
    check: each(taskDefinition, { skipDestroy: is(true) }),
  },
  {
    id: "P35",
    title: "The cluster has Container Insights, and logs what is typed into containers",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_65", "CKV_AWS_223", "CKV_AWS_224", "ECS4", "ECS.12", "AWS-0034"],
    resources: [cluster],
    check: all(
      each(cluster, { settings: that("containerInsights enabled or enhanced", hasInsights) }),
      weighing("X", each(cluster, { "configuration.executeCommandConfiguration.logConfiguration": set })),
    ),
  },
  {
    id: "P36",
    title: "State machines run tasks in private subnets, without public addresses",
    gate: "B",
    stages: "all",
    sources: ["ECS.2", "CKV_AWS_333"],
    resources: [stateMachine],
    check: (stack) => runTasks(stack.graph).flatMap((state) => publicTask(stack, state)),
  },
];

function looseMounts(task: Resource): Violation[] {
  return listOf(task.inputs.volumes).flatMap((volume, index) =>
    at(volume, "efsVolumeConfiguration") === undefined
      ? []
      : unmet(
          task,
          volume,
          {
            "efsVolumeConfiguration.transitEncryption": is("ENABLED"),
            "efsVolumeConfiguration.authorizationConfig.iam": is("ENABLED"),
          },
          `volumes.${index}.`,
        ),
  );
}

function exposedSecrets(stack: Stack): Violation[] {
  return containers(stack).flatMap(({ task, prefix, definition }) => {
    const environment = listOf(at(definition, "environment")).map(
      (entry) => [String(at(entry, "name")), at(entry, "value")] as const,
    );
    return exposures(stack.graph, environment).map(({ name, because }) => ({
      resource: task,
      property: `${prefix}environment.${name}`,
      found: because,
      expected: "no secret: its ARN under secrets, or read by the program",
    }));
  });
}

function sharedRole(task: Resource): Violation[] {
  const { executionRoleArn, taskRoleArn } = task.inputs;
  if (set.holds(executionRoleArn) && set.holds(taskRoleArn) && executionRoleArn !== taskRoleArn) return [];
  const expected = "a role other than the execution role, and both set";
  return [{ resource: task, property: "taskRoleArn", found: taskRoleArn, expected }];
}

function hasInsights(settings: unknown): boolean {
  return listOf(settings).some(
    (setting) =>
      at(setting, "name") === "containerInsights" &&
      ["enabled", "enhanced"].includes(String(at(setting, "value"))),
  );
}

function publicTask({ graph }: Stack, state: State): Violation[] {
  const { property, network } = networkOf(state);
  const noPublicSubnet = that("subnets, none with a route to the internet gateway", (subnets) => {
    const ids = stringsOf(subnets);
    return ids.length > 0 && !ids.some((id) => isPublicSubnet(graph, id));
  });
  return unmet(
    state.machine,
    network,
    { AssignPublicIp: is("DISABLED"), Subnets: noPublicSubnet },
    `${property}.`,
  );
}
