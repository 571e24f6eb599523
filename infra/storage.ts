/// <reference path="../.sst/platform/config.d.ts" />
import { housekeeping, keepHouse } from "./bucket-rules";
import { router } from "./delivery";
import { groups, subnets, vpc } from "./network";
import { isPermanent } from "./stage";

/**
 * Sources (`source/`), task documents (`work/`) and what viewers may read (`media/`). Keys are core's: storage/keys.ts.
 *
 * Deleted and overwritten objects can be brought back for a while, so a video that somebody asks to be erased is gone
 * from the disks only after that (stage.ts: undeleteDays).
 */
export const media = new sst.aws.Bucket("Media", {
  access: "cloudfront",
  versioning: true,
  cors: {
    // Uploads go straight from a browser to presigned URLs, whose signature is what protects them.
    allowOrigins: ["*"],
    allowMethods: ["GET", "HEAD", "PUT"],
    allowHeaders: ["*"],
    exposeHeaders: ["ETag"],
    maxAge: "1 hour",
  },
  lifecycle: [{ id: "work", prefix: "work/", expiresIn: "7 days" }, housekeeping],
  transform: { bucket: { forceDestroy: !isPermanent }, lifecycle: keepHouse },
});

router.routeBucket("/media", media);

/**
 * With S3's own keys, said aloud. A KMS key would have to be opened to CloudFront for every viewer, so it would keep
 * nobody out whom the bucket's policy lets in, and its loss would be the loss of every video.
 */
new aws.s3.BucketServerSideEncryptionConfigurationV2("MediaEncryption", {
  bucket: media.name,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
});

/** The user that the worker's image runs as (packages/worker/Dockerfile), on the scratch as in the container. */
export const WORKER_ID = 10001;

// The component opens a group of its own to the whole VPC, and offers no transform for its mount targets: they get ours.
$transform(aws.efs.MountTarget, (args) => {
  args.securityGroups = [groups.files.id];
});

/**
 * Scratch space that tasks share, for what they must share or cannot seek. Sources and segments never pass through it:
 * elastic throughput costs $0.04 a GB read and $0.07 a GB written (ap-northeast-1, 2026-09), four times the compute bill
 * of a video.
 */
export const scratch = new sst.aws.Efs("Scratch", {
  vpc: { id: vpc.id, subnets: subnets.isolated },
  throughput: "elastic",
  transform: {
    // SST retains databases and buckets by itself.
    fileSystem: (_args, options) => {
      options.retainOnDelete = isPermanent;
      return undefined;
    },
    // Left without a mount target, and without a rule.
    securityGroup: (args) => {
      args.description = "Nothing: the mount targets have the group of this app";
      args.ingress = [];
      args.egress = [];
      return undefined;
    },
    accessPoint: {
      posixUser: { uid: WORKER_ID, gid: WORKER_ID },
      rootDirectory: {
        path: "/scratch",
        creationInfo: { ownerUid: WORKER_ID, ownerGid: WORKER_ID, permissions: "0750" },
      },
    },
  },
});

new aws.efs.BackupPolicy("ScratchBackup", {
  fileSystemId: scratch.id,
  backupPolicy: { status: isPermanent ? "ENABLED" : "DISABLED" },
});

/** Lets roles mount the scratch and write to it, by its access point and over TLS. Nobody else may, and nobody as root. */
export function allowScratch(roles: $util.Input<string>[]) {
  const { arn } = scratch.nodes.fileSystem;
  new aws.efs.FileSystemPolicy("ScratchPolicy", {
    fileSystemId: scratch.id,
    policy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OursByTheAccessPoint",
          Effect: "Allow",
          Principal: { AWS: roles },
          Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
          Resource: arn,
          Condition: {
            StringEquals: { "elasticfilesystem:AccessPointArn": scratch.nodes.accessPoint.arn },
            Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" },
          },
        },
        {
          Sid: "NoPlainNfs",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "*",
          Resource: arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  });
}
