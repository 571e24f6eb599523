/// <reference path="../.sst/platform/config.d.ts" />
import { database } from "./database";
import { sizes } from "./stage";
import { media, scratch } from "./storage";

/**
 * What keeps data without this file, and for how long: RDS every second of the last 7 days, Redis 5 daily snapshots, EFS
 * 35 daily ones, and the media bucket whatever was overwritten or deleted for 30 days.
 *
 * What AWS Backup adds: a month instead of a week of the database, for damage that is noticed late; and copies in a vault
 * that outlives what it copies. Automatic backups of RDS are deleted with their instance, and versions with their bucket;
 * what lies in this vault cannot be deleted for a week by anybody who may not change the vault's lock.
 *
 * What it costs (us-east-1, 2026-11; Tokyo about a tenth more): $0.095 a GB and month for RDS, so about $3 for 35 daily
 * copies of a few GB, which are incremental; $0.05 for EFS, which is nearly empty; $0.05 for S3, twice what the bucket itself
 * costs after half of it has gone to cheaper storage, and by far the largest: 1,000 hours of source at 5 GB, and as much of
 * renditions, are $500 a month. Who can do without: `sizes.backups` in stage.ts. Objects below 128 KB count as 128 KB.
 */
const vault = sizes.backups && !$dev ? createVault() : undefined;
if (vault) backUp(vault);

export const vaultName = vault?.name;

function createVault() {
  const vault = new aws.backup.Vault("Backup", { name: `${$app.name}-${$app.stage}` });
  // Governance mode: `changeableForDays` would make it a promise that AWS itself cannot break, for ever.
  new aws.backup.VaultLockConfiguration("BackupLock", {
    backupVaultName: vault.name,
    minRetentionDays: 7,
    maxRetentionDays: 366,
  });
  return vault;
}

function backUp(vault: aws.backup.Vault) {
  const plan = new aws.backup.Plan("BackupPlan", {
    name: `${$app.name}-${$app.stage}`,
    rules: [
      {
        ruleName: "daily",
        targetVaultName: vault.name,
        // 18:00 UTC is 3 a.m. in Tokyo; in an hour that RDS does not use for its own backup a job would fail.
        schedule: "cron(0 18 * * ? *)",
        startWindow: 60,
        completionWindow: 12 * 60,
        lifecycle: { deleteAfter: 35 },
      },
    ],
  });
  new aws.backup.Selection("BackupSelection", {
    name: `${$app.name}-${$app.stage}`,
    planId: plan.id,
    iamRoleArn: createRole().arn,
    resources: [databaseArn(), scratch.nodes.fileSystem.arn, media.arn],
  });
}

function databaseArn() {
  const { instance } = database.nodes;
  if (!instance) throw new Error("There is no RDS instance to back up.");
  return instance.arn;
}

/** AWS Backup's own policies: what it must be allowed grows with the services that it supports. Restores included. */
function createRole() {
  const policies = [
    "ServiceRolePolicyForBackup",
    "ServiceRolePolicyForRestores",
    "ServiceRolePolicyForS3Backup",
    "ServiceRolePolicyForS3Restore",
  ];
  return new aws.iam.Role("BackupRole", {
    assumeRolePolicy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "backup.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": aws.getCallerIdentityOutput().accountId } },
        },
      ],
    }),
    managedPolicyArns: policies.map((name) =>
      name.includes("S3")
        ? `arn:aws:iam::aws:policy/AWSBackup${name}`
        : `arn:aws:iam::aws:policy/service-role/AWSBackup${name}`,
    ),
  });
}
