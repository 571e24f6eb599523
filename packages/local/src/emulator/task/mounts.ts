import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { StateFolder } from "../../runner/state.ts";
import type { Graph, Resource } from "../../synth/graph.ts";
import type { Machine } from "../emulator.ts";
import { findAccessPoint, mountedFolder, type Mounts } from "../mounts.ts";

export interface MountPoint {
  readonly sourceVolume: string;
  readonly containerPath: string;
}

interface Volume {
  readonly name: string;
  readonly efsVolumeConfiguration?: {
    readonly fileSystemId: string;
    readonly authorizationConfig?: { readonly accessPointId?: string };
  };
}

/** Where a container's volumes are: EFS in folders that all tasks share, the others on a disk of each task's own. */
export function readMounts(
  container: { readonly mountPoints?: readonly MountPoint[] },
  resource: Resource,
  graph: Graph,
  machine: Machine,
): { readonly files: Mounts; readonly disk: readonly string[] } {
  const volumes = (resource.inputs.volumes ?? []) as Volume[];
  const files = new Map<string, string>();
  const disk: string[] = [];
  for (const { sourceVolume, containerPath } of container.mountPoints ?? []) {
    const volume = volumes.find(({ name }) => name === sourceVolume);
    if (!volume)
      throw new Error(
        `The task "${resource.name}" mounts the volume "${sourceVolume}", which it does not define.`,
      );
    const efs = volume.efsVolumeConfiguration;
    if (efs) {
      const point = findAccessPoint(graph, efs.authorizationConfig?.accessPointId);
      files.set(containerPath, mountedFolder(efs.fileSystemId, point, machine));
    } else if (Object.keys(volume).length === 1) disk.push(containerPath);
    else
      throw new Error(
        `The task "${resource.name}" mounts the volume "${sourceVolume}", which is neither an EFS volume nor a bare one on the task's own disk; nothing else can be mounted here.`,
      );
  }
  return { files, disk };
}

/** A task's own disk: an empty folder for each path on it. */
export interface Disk {
  readonly mounts: Mounts;
  /** The folder for whatever has no place of its own. */
  readonly temporary: string;
  /** Takes the disk away with all that is on it. */
  remove(): Promise<void>;
}

const DISKS = "disks";

export function createDisk(paths: readonly string[], taskId: string, state: StateFolder): Disk {
  const mounts = new Map(paths.map((path, index) => [path, state.folder(DISKS, taskId, String(index))]));
  return {
    mounts,
    temporary: state.folder(DISKS, taskId, "tmp"),
    // What the task had started may still be ending, and write.
    remove: () =>
      rm(join(state.path, DISKS, taskId), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

/** Takes away the disks of tasks that were running when this machine was last killed. */
export function removeDisks(state: StateFolder): void {
  rmSync(join(state.path, DISKS), { recursive: true, force: true });
}
