/// <reference path="../.sst/platform/config.d.ts" />
import { cache } from "./cache";
import { database } from "./database";
import { groups, subnets, vpc } from "./network";
import { sizes } from "./stage";
import { media, scratch } from "./storage";

export const cluster = new sst.aws.Cluster("Cluster", {
  // Given as an object: a Vpc component would put tasks into public subnets, with public addresses.
  vpc: {
    id: vpc.id,
    securityGroups: [groups.tasks.id],
    containerSubnets: subnets.private,
    loadBalancerSubnets: vpc.publicSubnets,
  },
  transform: { cluster: { settings: [{ name: "containerInsights", value: "enabled" }] } },
});

const SCRATCH = "/mnt/scratch";

/** The ffmpeg task: one video (or later, one chunk of one) each. */
export const worker = new sst.aws.Task("Worker", {
  cluster,
  architecture: "arm64",
  cpu: sizes.worker.cpu,
  memory: sizes.worker.memory,
  // A source of up to 50 GB, and what is made of it.
  storage: "100 GB",
  image: { context: ".", dockerfile: "packages/worker/Dockerfile" },
  link: [media, database, cache],
  environment: { LOG_LEVEL: "info", SCRATCH_DIR: SCRATCH },
  volumes: [{ efs: scratch, path: SCRATCH }],
  logging: { retention: sizes.logRetention },
  dev: { command: "node src/main.ts", directory: "packages/worker" },
  transform: {
    taskDefinition: (args) => {
      args.containerDefinitions = $jsonParse(args.containerDefinitions).apply((containers: Container[]) =>
        JSON.stringify(containers.map(harden)),
      );
      // An execution that started before a deployment retries on the revision it knows.
      args.skipDestroy = true;
      return undefined;
    },
  },
});

interface Container {
  portMappings?: unknown;
  linuxParameters?: Record<string, unknown>;
  [setting: string]: unknown;
}

/** No ports, no terminal, no privileges; two minutes to put things away after SIGTERM, the most that Fargate gives. */
function harden({ portMappings: _, ...container }: Container): Container {
  return {
    ...container,
    pseudoTerminal: false,
    user: "10001",
    stopTimeout: 120,
    linuxParameters: { ...container.linuxParameters, capabilities: { drop: ["ALL"] } },
  };
}
