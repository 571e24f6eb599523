/// <reference path="../.sst/platform/config.d.ts" />
import { cache } from "./cache";
import { database } from "./database";
import { decrypt } from "./encryption";
import { groups, subnets, vpc } from "./network";
import { list, read, write } from "./permissions/storage";
import { sizes } from "./stage";
import { allowScratch, media, scratch } from "./storage";
import { limitTask } from "./task-role";
import { limitExecution, secure } from "./task-rules";

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
/** The one folder that a task may write to; the image's own, so that it belongs to the image's user. */
const WORK = "/tmp/work";

/**
 * The ffmpeg task: one video (or later, one chunk of one) each. There is no service and so no autoscaling policy: the
 * workflow starts a task for each execution, and Fargate finds the machine for it, up to the account's quota of vCPUs.
 */
export const worker = new sst.aws.Task("Worker", {
  cluster,
  architecture: "arm64",
  cpu: sizes.worker.cpu,
  memory: sizes.worker.memory,
  // A source of up to 50 GB, and what is made of it.
  storage: "100 GB",
  image: { context: ".", dockerfile: "packages/worker/Dockerfile" },
  link: [media, database, cache],
  permissions: [list, read("source", "work"), write("work", "media"), decrypt],
  environment: { LOG_LEVEL: "info", SCRATCH_DIR: SCRATCH, WORK_DIR: WORK },
  volumes: [{ efs: scratch, path: SCRATCH }],
  logging: { retention: sizes.logRetention },
  dev: { command: "node src/main.ts", directory: "packages/worker" },
  transform: {
    taskRole: limitTask,
    executionRole: (args) => {
      limitExecution(args, cluster.nodes.cluster.name);
      return undefined;
    },
    taskDefinition: (args) => {
      secure(args, WORK);
      return undefined;
    },
  },
});

allowScratch(worker.nodes.taskRole.arn);
