import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { at, isRecord, listOf, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";
import { parsed } from "./document.ts";

/** One state of a definition, wherever it is nested. */
export interface State {
  readonly machine: Resource;
  /** `definition.States.Process` */
  readonly property: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** It lies in a Map or a Parallel that catches what it fails with. */
  readonly isCaught: boolean;
}

export function statesOf(machine: Resource): State[] {
  return collect(machine, parsed(machine, "definition"), "definition");
}

function collect(machine: Resource, scope: unknown, property: string, isCaught = false): State[] {
  const states = at(scope, "States");
  if (!isRecord(states)) return [];
  return Object.entries(states).flatMap(([name, state]) => {
    const own = `${property}.States.${name}`;
    const catches = isCaught || at(state, "Catch") !== undefined;
    const inner = [
      ...["ItemProcessor", "Iterator"].flatMap((field) =>
        collect(machine, at(state, field), `${own}.${field}`, catches),
      ),
      ...listOf(at(state, "Branches")).flatMap((branch, index) =>
        collect(machine, branch, `${own}.Branches.${index}`, catches),
      ),
    ];
    return [...(isRecord(state) ? [{ machine, property: own, fields: state, isCaught }] : []), ...inner];
  });
}

const isRunTask = ({ fields }: State) => String(fields.Resource).includes(":ecs:runTask");

/** The states of all state machines that run a task on ECS. */
export function runTasks(graph: Graph): State[] {
  return ofType(graph, TYPE.stateMachine).flatMap(statesOf).filter(isRunTask);
}

/** State machines that wait for the tasks they run. */
export function followsTasks(machine: Resource): boolean {
  return statesOf(machine).some(({ fields }) => String(fields.Resource).includes(":ecs:runTask.sync"));
}

const NETWORK = "NetworkConfiguration.AwsvpcConfiguration";

/** Where a RunTask state puts its task: the network configuration, and its place in the state. */
export function networkOf({ fields, property }: State): { property: string; network: unknown } {
  const field = fields.Arguments === undefined ? "Parameters" : "Arguments";
  return { property: `${property}.${field}.${NETWORK}`, network: at(fields, `${field}.${NETWORK}`) };
}

/** The security groups that tasks run in. */
export function taskGroups(graph: Graph): readonly string[] {
  return runTasks(graph).flatMap((state) => stringsOf(at(networkOf(state).network, "SecurityGroups")));
}
