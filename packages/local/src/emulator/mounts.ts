import { type Graph, ofType, type Resource } from "../synth/graph.ts";
import type { Machine } from "./emulator.ts";

/** Paths that a container or a function mounts, to the folders of this machine that stand for them. */
export type Mounts = ReadonlyMap<string, string>;

const ACCESS_POINT = "aws:efs/accessPoint:AccessPoint";

/** The access point of a file system by its id or ARN; undefined where the graph has none of this name. */
export function findAccessPoint(graph: Graph, name: string | undefined): Resource | undefined {
  return ofType(graph, ACCESS_POINT).find(({ id, outputs }) => id === name || outputs.arn === name);
}

/** One folder a file system, below it the access point's root; without an access point, the file system's own. */
export function mountedFolder(fileSystemId: string, point: Resource | undefined, machine: Machine): string {
  const root = (point?.inputs.rootDirectory as { path?: string } | undefined)?.path ?? "/";
  return machine.state.folder("efs", fileSystemId, ...root.split("/").filter(Boolean));
}

/** A value that names a mounted path, or one below it, names the folder here instead: a process has no mounts of its own. */
export function onThisMachine(value: string, mounts: Mounts): string {
  for (const [path, folder] of mounts) {
    if (value === path || value.startsWith(`${path}/`)) return folder + value.slice(path.length);
  }
  return value;
}
