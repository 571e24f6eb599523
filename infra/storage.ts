/// <reference path="../.sst/platform/config.d.ts" />
import { groups, subnets, vpc } from "./network";
import { isPermanent } from "./stage";

/** Sources (`source/`), task documents (`work/`) and what viewers may read (`media/`). Keys are core's: storage/keys.ts. */
export const media = new sst.aws.Bucket("Media", {
  access: "cloudfront",
  versioning: isPermanent,
  cors: {
    // Uploads go straight from a browser to presigned URLs, whose signature is what protects them.
    allowOrigins: ["*"],
    allowMethods: ["GET", "HEAD", "PUT"],
    allowHeaders: ["*"],
    exposeHeaders: ["ETag"],
    maxAge: "1 hour",
  },
  lifecycle: [{ id: "work", prefix: "work/", expiresIn: "7 days" }],
  transform: {
    bucket: { forceDestroy: !isPermanent },
    lifecycle: (args) => {
      args.rules = $output(args.rules ?? []).apply((rules) => [
        ...rules,
        {
          id: "housekeeping",
          status: "Enabled",
          abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
        },
      ]);
      return undefined;
    },
  },
});

/**
 * Scratch space that tasks share, for what they must share or cannot seek. Sources and segments never pass through it:
 * elastic throughput costs $0.03 a GB read and $0.06 a GB written, four times the compute bill of a video (2026-11).
 */
export const scratch = new sst.aws.Efs("Scratch", {
  vpc: { id: vpc.id, subnets: subnets.isolated },
  throughput: "elastic",
  transform: {
    securityGroup: (args) => {
      // SST opens this group to the whole VPC; the mount targets use ours instead (below), so this one allows nothing.
      args.ingress = [];
      args.egress = [];
      return undefined;
    },
    accessPoint: {
      posixUser: { uid: 10001, gid: 10001 },
      rootDirectory: {
        path: "/scratch",
        creationInfo: { ownerUid: 10001, ownerGid: 10001, permissions: "0750" },
      },
    },
  },
});

// The component offers no transform for its mount targets.
$transform(aws.efs.MountTarget, (args) => {
  args.securityGroups = [groups.files.id];
});

new aws.efs.BackupPolicy("ScratchBackup", {
  fileSystemId: scratch.id,
  backupPolicy: { status: isPermanent ? "ENABLED" : "DISABLED" },
});
