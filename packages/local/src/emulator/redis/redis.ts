import { type Graph, ofType, type Resource } from "../../synth/graph.ts";
import type { Emulator, Machine } from "../emulator.ts";
import { together } from "../together.ts";
import { findProgram, HOST, type Server, startServer } from "./server.ts";

const TYPE = "aws:elasticache/replicationGroup:ReplicationGroup";

/** ElastiCache for Redis: one real `redis-server` a replication group, with the group's encryption and auth token. */
export const redis: Emulator = {
  label: "Redis",
  types: [TYPE],
  complete: {
    [TYPE]: async ({ name, inputs }, { ports }) => {
      if (inputs.clusterMode === "enabled")
        throw new Error(
          `The replication group "${name}" is in cluster mode; this machine runs a single Redis server. Set cluster to false.`,
        );
      return {
        primaryEndpointAddress: HOST,
        readerEndpointAddress: HOST,
        port: await ports.take(`redis-${name}`),
      };
    },
  },
  async start(graph: Graph, machine: Machine) {
    const groups = ofType(graph, TYPE);
    if (groups.length > 0) await findProgram();
    return together(groups.map((group) => startServer(describe(group, machine), machine)));
  },
};

function describe({ name, inputs, outputs }: Resource, { state }: Machine): Server {
  const { transitEncryptionEnabled, authToken } = inputs as {
    transitEncryptionEnabled?: boolean;
    authToken?: string;
  };
  return {
    name: `redis-${name}`,
    folder: state.folder("redis", name),
    port: outputs.port as number,
    tls: transitEncryptionEnabled ?? false,
    password: authToken,
  };
}
