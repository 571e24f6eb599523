import { arn, type Answer, hex, letters, physicalName, type Registration, text } from "../context.ts";
import { type Answerer, configures, named, plain } from "./builders.ts";

/** Databases, caches, files and buckets. */
export const DATA: Readonly<Record<string, Answerer>> = {
  "aws:rds/instance:Instance": rdsInstance,
  "aws:rds/parameterGroup:ParameterGroup": named("rds", "pg:"),
  "aws:rds/subnetGroup:SubnetGroup": named("rds", "subgrp:"),
  "aws:elasticache/replicationGroup:ReplicationGroup": replicationGroup,
  "aws:elasticache/parameterGroup:ParameterGroup": named("elasticache", "parametergroup:"),
  "aws:elasticache/subnetGroup:SubnetGroup": named("elasticache", "subnetgroup:"),
  "aws:efs/fileSystem:FileSystem": fileSystem,
  "aws:efs/accessPoint:AccessPoint": accessPoint,
  "aws:efs/mountTarget:MountTarget": plain("fsmt"),
  "aws:efs/backupPolicy:BackupPolicy": configures("fileSystemId"),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": configures("fileSystemId"),
  "aws:s3/bucketV2:BucketV2": bucket,
  "aws:s3/bucketPolicy:BucketPolicy": configures("bucket"),
  "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2": configures("bucket"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": configures("bucket"),
  "aws:s3/bucketVersioningV2:BucketVersioningV2": configures("bucket"),
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": configures("bucket"),
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2":
    configures("bucket"),
  "aws:s3/bucketLoggingV2:BucketLoggingV2": configures("bucket"),
  "aws:s3/bucketNotification:BucketNotification": configures("bucket"),
  "aws:s3/bucketObjectv2:BucketObjectv2": (object) => ({
    id: text(object, "key"),
    attributes: { etag: hex(object, 32) },
  }),
};

function rdsInstance(instance: Registration): Answer {
  const identifier = physicalName(instance, "identifier").toLowerCase();
  const address = `${identifier}.${letters(instance, 12)}.${instance.region}.rds.amazonaws.com`;
  return {
    id: identifier,
    attributes: {
      identifier,
      arn: arn(instance, "rds", `db:${identifier}`),
      address,
      port: 5432,
      endpoint: `${address}:5432`,
      resourceId: `db-${letters(instance, 26).toUpperCase()}`,
    },
  };
}

function replicationGroup(group: Registration): Answer {
  const id = physicalName(group, "replicationGroupId").toLowerCase();
  const domain = `${id}.${letters(group, 6)}.${shortName(group.region)}.cache.amazonaws.com`;
  return {
    id,
    attributes: {
      arn: arn(group, "elasticache", `replicationgroup:${id}`),
      clusterEnabled: group.inputs.clusterMode === "enabled",
      memberClusters: members(id, group.inputs.numCacheClusters),
      primaryEndpointAddress: `master.${domain}`,
      readerEndpointAddress: `replica.${domain}`,
      configurationEndpointAddress: `clustercfg.${domain}`,
    },
  };
}

/** ElastiCache's names say `apne1` for ap-northeast-1 and `euw1` for eu-west-1. */
function shortName(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const initials = direction.match(/north|south|east|west|central/g)?.map((word) => word.slice(0, 1)) ?? [];
  return area + initials.join("") + number;
}

/** `<id>-001`, `<id>-002`: the names of a group's nodes, which its metrics go by. */
function members(id: string, count: unknown): string[] {
  return Array.from(
    { length: Number(count ?? 1) },
    (_, index) => `${id}-${String(index + 1).padStart(3, "0")}`,
  );
}

function fileSystem(files: Registration): Answer {
  const id = `fs-0${hex(files, 16)}`;
  return {
    id,
    attributes: {
      arn: arn(files, "elasticfilesystem", `file-system/${id}`),
      dnsName: `${id}.efs.${files.region}.amazonaws.com`,
    },
  };
}

function accessPoint(point: Registration): Answer {
  const id = `fsap-0${hex(point, 16)}`;
  return { id, attributes: { arn: arn(point, "elasticfilesystem", `access-point/${id}`) } };
}

function bucket(resource: Registration): Answer {
  const name = physicalName(resource, "bucket").toLowerCase();
  return {
    id: name,
    attributes: {
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${resource.region}.amazonaws.com`,
      region: resource.region,
    },
  };
}
