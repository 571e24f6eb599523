/// <reference path="../.sst/platform/config.d.ts" />
import { worker } from "./compute";
import { database } from "./database";
import { giveUp, keepFailures } from "./dead-letters";
import { groups, subnets } from "./network";
import { abortUploads, list, listUploads, remove } from "./permissions/storage";
import { allowScratch, media, scratch } from "./storage";

const SCRATCH = "/mnt/scratch";

const mounted = {
  volume: { efs: scratch.nodes.accessPoint.arn, path: SCRATCH },
  vpc: { privateSubnets: subnets.private, securityGroups: [groups.tasks.id] },
};

/**
 * Deletes what killed tasks have left in the shared scratch space. A function, because a task for it would cost a minute of
 * Fargate each hour. It alone of all functions reaches the file system: it works where tasks do, so it is in their group.
 */
export const sweepScratch = new sst.aws.Cron("SweepScratch", {
  schedule: "rate(1 hour)",
  function: {
    handler: "packages/functions/src/schedule/sweep-scratch.handler",
    link: [database],
    // A laptop mounts nothing, and finds nothing to sweep.
    ...($dev ? {} : mounted),
    environment: { SCRATCH_DIR: SCRATCH },
    timeout: "15 minutes",
    // One at a time: two would only be in each other's way.
    concurrency: { reserved: 1 },
    permissions: [
      giveUp,
      {
        actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        resources: [scratch.nodes.fileSystem.arn],
      },
    ],
    ...keepFailures,
  },
});

// Who writes there, and who clears up.
allowScratch([worker.nodes.taskRole.arn, sweepScratch.nodes.function.nodes.role.arn]);

/**
 * Deletes from the bucket what no video needs: folders without a video, attempts that were superseded, copies of sources that
 * were for a first look, unfinished uploads.
 */
export const sweepStorage = new sst.aws.Cron("SweepStorage", {
  schedule: "rate(1 day)",
  function: {
    handler: "packages/functions/src/schedule/sweep-storage.handler",
    link: [media, database],
    timeout: "15 minutes",
    concurrency: { reserved: 1 },
    permissions: [list, listUploads, remove("work", "media"), abortUploads, giveUp],
    ...keepFailures,
  },
});
