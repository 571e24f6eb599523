import { type Graph, ofType, type Resource } from "../../synth/graph.ts";
import type { Emulator, Machine } from "../emulator.ts";
import { together } from "../together.ts";
import { HOST, type Server, startServer } from "./server.ts";

const TYPE = "aws:rds/instance:Instance";
const MAJOR_VERSION = "16";

/** RDS for PostgreSQL: one real server an instance. */
export const postgres: Emulator = {
  label: "PostgreSQL",
  types: [TYPE, "aws:rds/parameterGroup:ParameterGroup"],
  complete: {
    [TYPE]: async ({ name, inputs }, { ports }) => {
      refuseOtherEngines(name, inputs);
      const port = await ports.take(`postgres-${name}`);
      return { address: HOST, port, endpoint: `${HOST}:${port}` };
    },
  },
  async start(graph, machine) {
    return together(
      ofType(graph, TYPE).map((instance) => startServer(describe(instance, graph, machine), machine)),
    );
  },
};

function refuseOtherEngines(name: string, inputs: Resource["inputs"]): void {
  const { engine, engineVersion } = inputs as { engine: string; engineVersion: string };
  if (engine === "postgres" && engineVersion.split(".")[0] === MAJOR_VERSION) return;
  throw new Error(
    `The RDS instance "${name}" wants ${engine} ${engineVersion}; this machine can run PostgreSQL ${MAJOR_VERSION} only.`,
  );
}

function describe(instance: Resource, graph: Graph, machine: Machine): Server {
  const { username, password, dbName } = instance.inputs as {
    username: string;
    password: string;
    dbName?: string;
  };
  return {
    name: `postgres-${instance.name}`,
    folder: machine.state.folder("postgres", instance.name),
    port: instance.outputs.port as number,
    username,
    password,
    database: dbName ?? "postgres",
    tlsOnly: parametersOf(instance, graph).get("rds.force_ssl") === "1",
  };
}

function parametersOf(instance: Resource, graph: Graph): Map<string, string> {
  const group = ofType(graph, "aws:rds/parameterGroup:ParameterGroup").find(
    ({ outputs }) => outputs.name === instance.inputs.parameterGroupName,
  );
  const parameters = (group?.inputs.parameters ?? []) as { name: string; value: string }[];
  return new Map(parameters.map(({ name, value }) => [name, value]));
}
