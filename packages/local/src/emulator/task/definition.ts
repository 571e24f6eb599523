import { join } from "node:path";
import type { Graph, Resource } from "../../synth/graph.ts";
import type { Machine } from "../emulator.ts";
import { type Mounts, onThisMachine } from "../mounts.ts";
import { type MountPoint, readMounts } from "./mounts.ts";
import type { KeyValue } from "./shapes.ts";

/** A task definition with all that is needed to run its container as a process of this machine. */
export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly cpu: string;
  readonly memory: string;
  readonly role: string;
  readonly container: string;
  readonly image: string;
  /** The command that stands for the image: the component's `dev.command`. */
  readonly command: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables to the secrets they are filled from when a task starts. */
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly stopTimeoutSeconds: number;
  /** Paths inside the container that lie on a disk of the task's own. */
  readonly disk: readonly string[];
}

interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly environment?: readonly KeyValue[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly mountPoints?: readonly MountPoint[];
  readonly stopTimeout?: number;
}

/** ECS's default between SIGTERM and SIGKILL. */
const STOP_TIMEOUT_SECONDS = 30;

export function readDefinition(resource: Resource, graph: Graph, machine: Machine): TaskDefinition {
  const containers = JSON.parse(resource.inputs.containerDefinitions as string) as ContainerDefinition[];
  const [container] = containers;
  if (!container || containers.length > 1)
    throw new Error(
      `The task "${resource.name}" has ${containers.length} containers; this machine runs tasks of one.`,
    );
  const { cpu, memory, family, taskRoleArn } = resource.inputs as {
    cpu: string;
    memory: string;
    family: string;
    taskRoleArn: string;
  };
  const { files, disk } = readMounts(container, resource, graph, machine);
  return {
    arn: resource.outputs.arn as string,
    family,
    cpu,
    memory,
    role: taskRoleArn,
    container: container.name,
    image: container.image,
    ...commandOf(resource, graph, machine),
    environment: environmentOf(container, files, machine),
    secrets: container.secrets ?? [],
    stopTimeoutSeconds: container.stopTimeout ?? STOP_TIMEOUT_SECONDS,
    disk,
  };
}

/** There is no container engine here: what an image would run is what its developers run in `sst dev`. */
function commandOf(
  resource: Resource,
  graph: Graph,
  machine: Machine,
): { command: string; directory: string } {
  const component = graph.resources.find(({ urn }) => urn === resource.parent);
  const dev = component?.outputs._task as { command?: string; directory?: string } | undefined;
  if (!dev?.command)
    throw new Error(
      `The task "${component?.name ?? resource.name}" has no dev.command: this machine has no container engine and needs to know what to run instead of the image.`,
    );
  return { command: dev.command, directory: join(machine.root, dev.directory ?? ".") };
}

function environmentOf(
  container: ContainerDefinition,
  files: Mounts,
  machine: Machine,
): Record<string, string> {
  const names = machine.services.get("names");
  const entries = (container.environment ?? []).map(({ name, value }) => [
    name,
    onThisMachine(names.localize(value), files),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
