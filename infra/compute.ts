/// <reference path="../.sst/platform/config.d.ts" />
import { cache } from "./cache";
import { database } from "./database";
import { workerCommand } from "./development";
import { decrypt } from "./encryption";
import { groups, subnets, vpc } from "./network";
import { list, read, write } from "./permissions/storage";
import { anywhere } from "./permissions/wildcards";
import { sizes } from "./stage";
import { media, scratch } from "./storage";
import { limitTask } from "./task-role";
import { limitExecution, secure } from "./task-rules";

/** Without a NAT, as in `sst dev`, a task reaches the internet by an address of its own; nothing may connect to it. */
const behindNat = sizes.natGateways > 0;

export const cluster = new sst.aws.Cluster("Cluster", {
  // Given as an object: a Vpc component would put tasks into public subnets, with public addresses.
  vpc: {
    id: vpc.id,
    securityGroups: [groups.tasks.id],
    containerSubnets: behindNat ? subnets.private : vpc.publicSubnets,
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
  publicIp: !behindNat,
  // The stub that `sst dev` of SST 3.19.3 puts in the worker's place is an image for x86 alone.
  architecture: $dev ? "x86_64" : "arm64",
  cpu: sizes.worker.cpu,
  memory: sizes.worker.memory,
  storage: sizes.worker.disk,
  image: { context: ".", dockerfile: "packages/worker/Dockerfile" },
  link: [media, database, cache],
  permissions: [list, read("source", "work"), write("work", "media"), decrypt, anywhere("segments")],
  // A laptop can neither mount the file system nor has the disk, and so works without them, in its folder for such things.
  environment: { LOG_LEVEL: "info", ...($dev ? {} : { SCRATCH_DIR: SCRATCH, WORK_DIR: WORK }) },
  volumes: $dev ? [] : [{ efs: scratch, path: SCRATCH }],
  logging: { retention: sizes.logRetention },
  dev: workerCommand,
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
