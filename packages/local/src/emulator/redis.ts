import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:net";
import { promisify } from "node:util";
import { keepRunning } from "../runner/restart.ts";
import { ofType, type Resource } from "../synth/graph.ts";
import type { Emulator, Machine, Running } from "./emulator.ts";

const TYPE = "aws:elasticache/replicationGroup:ReplicationGroup";
const HOST = "127.0.0.1";
const PROGRAM = "redis-server";
const READY_WITHIN_MS = 20_000;

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
  async start(graph, machine) {
    const groups = ofType(graph, TYPE);
    if (groups.length > 0) await findProgram();
    const servers = await Promise.all(groups.map((group) => startServer(group, machine)));
    return {
      stop: async () => {
        await Promise.all(servers.map((server) => server.stop()));
      },
    };
  },
};

async function findProgram(): Promise<void> {
  try {
    await promisify(execFile)(PROGRAM, ["--version"]);
  } catch (error) {
    throw new Error(
      `${PROGRAM} is not installed. Get it with \`apt-get install redis-server\` or \`brew install redis\`.`,
      { cause: error },
    );
  }
}

async function startServer(group: Resource, machine: Machine): Promise<Running> {
  const port = group.outputs.port as number;
  const name = `redis-${group.name}`;
  const program = {
    name,
    command: PROGRAM,
    args: ["-"],
    // By standard input, so that the token stands in no list of processes.
    input: configuration(group, machine, port),
    stopSignal: "SIGTERM",
    killSignal: "SIGKILL",
    onOutput: machine.log.output(name),
  } as const;
  const process = await keepRunning(machine, program, () => waitUntilListening(name, port));
  return { stop: () => process.stop(2) };
}

function configuration(group: Resource, { state, certificates }: Machine, port: number): string {
  const { transitEncryptionEnabled, authToken } = group.inputs as {
    transitEncryptionEnabled?: boolean;
    authToken?: string;
  };
  const { certificate, key, authority } = certificates;
  const listen = transitEncryptionEnabled
    ? [
        "port 0",
        `tls-port ${port}`,
        `tls-cert-file "${certificate}"`,
        `tls-key-file "${key}"`,
        `tls-ca-cert-file "${authority}"`,
        "tls-auth-clients no",
      ]
    : [`port ${port}`];
  const settings = [
    `bind ${HOST}`,
    ...listen,
    ...(authToken ? [`requirepass ${JSON.stringify(authToken)}`] : []),
    `dir "${state.folder("redis", group.name)}"`,
    "save 60 1000",
    "maxmemory 256mb",
    "maxmemory-policy volatile-lru", // ElastiCache's default
    "daemonize no",
  ];
  return `${settings.join("\n")}\n`;
}

async function waitUntilListening(name: string, port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await listens(port))) {
    if (Date.now() > deadline)
      throw new Error(`${name} did not listen within ${READY_WITHIN_MS / 1000} s. Its log says why.`);
    await sleep(25);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => {
      end(true);
    });
    socket.once("error", () => {
      end(false);
    });
  });
}
