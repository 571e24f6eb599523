import { join } from "node:path";
import { type Graph, ofType, type Resource } from "../../synth/graph.ts";
import type { Machine } from "../emulator.ts";
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
}

interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly environment?: readonly KeyValue[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly mountPoints?: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
  readonly stopTimeout?: number;
}

interface Volume {
  readonly name: string;
  readonly efsVolumeConfiguration?: {
    readonly fileSystemId: string;
    readonly authorizationConfig?: { readonly accessPointId?: string };
  };
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
  const mounts = mountsOf(container, resource, graph, machine);
  return {
    arn: resource.outputs.arn as string,
    family,
    cpu,
    memory,
    role: taskRoleArn,
    container: container.name,
    image: container.image,
    ...commandOf(resource, graph, machine),
    environment: environmentOf(container, mounts, machine),
    secrets: container.secrets ?? [],
    stopTimeoutSeconds: container.stopTimeout ?? STOP_TIMEOUT_SECONDS,
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

/** Paths inside the container to folders of this machine: one a file system, below it the access point's root. */
function mountsOf(
  container: ContainerDefinition,
  resource: Resource,
  graph: Graph,
  machine: Machine,
): Map<string, string> {
  const volumes = (resource.inputs.volumes ?? []) as Volume[];
  const points = ofType(graph, "aws:efs/accessPoint:AccessPoint");
  const mounts = new Map<string, string>();
  for (const { sourceVolume, containerPath } of container.mountPoints ?? []) {
    const efs = volumes.find(({ name }) => name === sourceVolume)?.efsVolumeConfiguration;
    if (!efs)
      throw new Error(
        `The task "${resource.name}" mounts the volume "${sourceVolume}", which is no EFS volume; nothing else can be mounted here.`,
      );
    const point = points.find(({ id }) => id === efs.authorizationConfig?.accessPointId);
    const root = (point?.inputs.rootDirectory as { path?: string } | undefined)?.path ?? "/";
    mounts.set(
      containerPath,
      machine.state.folder("efs", efs.fileSystemId, ...root.split("/").filter(Boolean)),
    );
  }
  return mounts;
}

/** A variable that names a mounted path names the folder here instead: a process cannot have a mount of its own. */
function environmentOf(
  container: ContainerDefinition,
  mounts: Map<string, string>,
  machine: Machine,
): Record<string, string> {
  const names = machine.services.get("names");
  const entries = (container.environment ?? []).map(({ name, value }) => [
    name,
    mounted(names.localize(value), mounts),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function mounted(value: string, mounts: Map<string, string>): string {
  for (const [path, folder] of mounts) {
    if (value === path || value.startsWith(`${path}/`)) return folder + value.slice(path.length);
  }
  return value;
}
