/// <reference path="../../.sst/platform/config.d.ts" />
import { createAlarm } from "../alarm";
import { vaultName } from "../backup";

if (vaultName) {
  createAlarm("BackupFailed", {
    says: "A daily backup was not made.",
    metric: {
      namespace: "AWS/Backup",
      name: "NumberOfBackupJobsFailed",
      dimensions: { BackupVaultName: vaultName },
      statistic: "Sum",
    },
    // Three jobs a day, each of which matters. There is a week of RDS's own backups and 30 days of versions until it hurts.
    when: { atLeast: 1 },
    minutes: 60,
    of: [1, 1],
    missing: "notBreaching",
  });
}
