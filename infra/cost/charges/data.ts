import { IDLE } from "../assumptions.ts";
import { requirePrice } from "../prices.ts";
import { type Charge, type Charging, hourly, list, refuse } from "./charge.ts";

/** Databases, caches, files and their backups. */
export const DATA: Readonly<Record<string, Charging>> = {
  "aws:rds/instance:Instance": database,
  "aws:elasticache/replicationGroup:ReplicationGroup": cache,
  "aws:efs/fileSystem:FileSystem": () => [
    { group: "Files", item: "File system", price: "efsGb", units: IDLE.filesGb.value },
  ],
  "aws:efs/backupPolicy:BackupPolicy": ({ inputs }) =>
    (inputs.backupPolicy as { status?: string } | undefined)?.status === "ENABLED"
      ? [
          {
            group: "Backups",
            item: "File system, automatic",
            price: "efsBackupGb",
            units: IDLE.filesGb.value,
          },
        ]
      : [],
  "aws:backup/plan:Plan": backupPlan,
  "docker-build:index:Image": () => [
    { group: "Images", item: "Container image", price: "ecrGb", units: IDLE.imageGb.value },
  ],
};

const always = () => true;

/** Performance Insights costs nothing for a week of history. */
function database(...[resource]: Parameters<Charging>): Charge[] {
  refuse(resource, {
    iops: always,
    storageThroughput: always,
    performanceInsightsRetentionPeriod: (days) => Number(days) > 7,
  });
  const { engine, instanceClass, storageType, allocatedStorage, multiAz } = resource.inputs as Record<
    string,
    unknown
  >;
  const [zones, places] = multiAz === true ? ["multi", "two zones"] : ["single", "one zone"];
  const price = (kind: unknown) =>
    requirePrice(`${String(engine)}.${String(kind)}.${zones}`, `Database "${resource.name}"`);
  return [
    hourly("Database", `${String(engine)} ${String(instanceClass)}, ${places}`, price(instanceClass)),
    {
      group: "Database",
      item: `Storage ${String(storageType)}, ${places}`,
      price: price(storageType),
      units: Number(allocatedStorage),
    },
  ];
}

function cache(...[{ name, inputs }]: Parameters<Charging>): Charge[] {
  const { engine, nodeType } = inputs as { engine: string; nodeType: string };
  const { numNodeGroups = 1, replicasPerNodeGroup = 0 } = inputs as {
    numNodeGroups?: number;
    replicasPerNodeGroup?: number;
  };
  const nodes = Number(inputs.numCacheClusters ?? numNodeGroups * (1 + replicasPerNodeGroup));
  // The newest snapshot is free.
  const snapshots = Math.max(0, Number(inputs.snapshotRetentionLimit ?? 0) - 1);
  const kept: Charge = {
    group: "Backups",
    item: "Cache snapshots",
    price: "cacheBackupGb",
    units: snapshots * IDLE.cacheGb.value,
  };
  return [
    hourly("Cache", `${engine} ${nodeType}`, requirePrice(`${engine}.${nodeType}`, `Cache "${name}"`), nodes),
    ...(snapshots > 0 ? [kept] : []),
  ];
}

/** Each rule keeps the data once, and what is new of each day until its copies expire. */
function backupPlan(...[{ inputs }]: Parameters<Charging>): Charge[] {
  const rules = list(inputs.rules) as { lifecycle?: { deleteAfter?: number } }[];
  const data = IDLE.databaseGb.value + IDLE.filesGb.value;
  const units = rules.reduce(
    (gb, { lifecycle }) => gb + data * (1 + IDLE.dailyChange.value * (lifecycle?.deleteAfter ?? 365)),
    0,
  );
  return units > 0 ? [{ group: "Backups", item: "Backup plan", price: "rdsBackupGb", units }] : [];
}
