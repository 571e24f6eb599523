import { ofType } from "../../synth/graph.ts";
import type { Emulator } from "../emulator.ts";
import { readDefinition } from "./definition.ts";
import { createTasks } from "./tasks.ts";

const DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
const CLUSTER = "aws:ecs/cluster:Cluster";

/** The grace of a task when the machine goes down: what an app does in it is what Fargate would see it do. */
const SHUTDOWN_GRACE_SECONDS = 3;

/** ECS on Fargate. */
export const ecs: Emulator = {
  label: "tasks",
  types: [
    DEFINITION,
    CLUSTER,
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "docker-build:index:Image",
    "aws:efs/fileSystem:FileSystem",
    "aws:efs/accessPoint:AccessPoint",
    "aws:efs/mountTarget:MountTarget",
  ],
  async start(graph, machine) {
    const definitions = ofType(graph, DEFINITION).map((resource) => readDefinition(resource, graph, machine));
    const clusters = ofType(graph, CLUSTER).map(({ outputs }) => outputs.arn as string);
    const tasks = createTasks(definitions, clusters, machine);
    machine.services.provide("tasks", tasks);
    return { stop: () => tasks.close(SHUTDOWN_GRACE_SECONDS) };
  },
};
