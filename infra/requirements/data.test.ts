import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only, type Statement, statementsOf, subnetsOf } from "../graph.ts";

/** Rows 6 to 8 and 18 of the requirements, and the media bucket: what holds data, and how it comes back. */
let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

const both = () => [production, small];
const days = (graph: Graph, group: string) =>
  only(graph, "aws:cloudwatch/logGroup:LogGroup", group).inputs.retentionInDays;
const isolated = (graph: Graph) => subnetsOf(graph, /Isolated/).map(({ id }) => id);

describe("database", () => {
  const instance = (graph: Graph) => only(graph, "aws:rds/instance:Instance").inputs;

  it("is PostgreSQL 16, encrypted, in two zones, 100 GB growing to 500, backed up for 7 days, named videometadata", () => {
    expect(instance(production)).toMatchObject({
      engine: "postgres",
      engineVersion: "16",
      autoMinorVersionUpgrade: true,
      dbName: "videometadata",
      multiAz: true,
      storageEncrypted: true,
      allocatedStorage: 100,
      maxAllocatedStorage: 500,
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
      performanceInsightsEnabled: true,
      iamDatabaseAuthenticationEnabled: true,
    });
  });

  it("cannot be lost by accident in production, and leaves nothing behind elsewhere", () => {
    const kept = only(production, "aws:rds/instance:Instance");
    expect(kept.inputs).toMatchObject({ deletionProtection: true, skipFinalSnapshot: false });
    expect(kept.options.retainOnDelete).toBe(true);
    expect(production.app).toMatchObject({ protect: true, removal: "retain" });
    expect(instance(small)).toMatchObject({
      deletionProtection: false,
      skipFinalSnapshot: true,
      multiAz: false,
    });
    expect(small.app).toMatchObject({ protect: false, removal: "remove" });
  });

  it("has a name and a last snapshot's that RDS takes, and that no earlier deployment of the stage has used", () => {
    const vpc = only(production, "aws:ec2/vpc:Vpc").id ?? "";
    const { identifier, finalSnapshotIdentifier } = instance(production);
    // RDS: a letter first, then letters, digits and single hyphens, 63 at most.
    expect(identifier).toMatch(/^(?=.{1,63}$)[a-z]([a-z0-9]|-(?!-))*[a-z0-9]$/);
    expect(identifier).toContain(vpc.slice(-8));
    expect(finalSnapshotIdentifier).toBe(`${identifier as string}-final`);
    expect(instance(small).finalSnapshotIdentifier).toBeUndefined();
  });

  it("refuses connections without TLS, lies in the isolated subnets and is behind its own group", () => {
    for (const graph of both()) {
      expect(only(graph, "aws:rds/parameterGroup:ParameterGroup").inputs.parameters).toContainEqual({
        name: "rds.force_ssl",
        value: "1",
      });
      expect(only(graph, "aws:rds/subnetGroup:SubnetGroup").inputs.subnetIds).toEqual(isolated(graph));
      expect(instance(graph).publiclyAccessible ?? false).toBe(false);
      expect(instance(graph).vpcSecurityGroupIds).toEqual([
        only(graph, "aws:ec2/securityGroup:SecurityGroup", "DatabaseAccessGroup").id,
      ]);
    }
  });

  it("logs what is slow and what changes the schema, not what people are called, into groups that forget", () => {
    const parameters = only(production, "aws:rds/parameterGroup:ParameterGroup").inputs.parameters;
    expect(parameters).toContainEqual({ name: "log_min_duration_statement", value: "1000" });
    expect(parameters).toContainEqual({ name: "log_statement", value: "ddl" });
    for (const [graph, expected] of [
      [production, 365],
      [small, 14],
    ] as const) {
      const { identifier, enabledCloudwatchLogsExports } = instance(graph);
      expect(enabledCloudwatchLogsExports).toEqual(["postgresql", "upgrade"]);
      for (const log of ["postgresql", "upgrade"]) {
        const group = only(graph, "aws:cloudwatch/logGroup:LogGroup", `DatabaseLog${log}`);
        expect(group.inputs.name).toBe(`/aws/rds/instance/${identifier as string}/${log}`);
        expect(group.inputs.retentionInDays).toBe(expected);
        // A group that RDS made first could not be made again.
        expect(only(graph, "aws:rds/instance:Instance").options.dependencies).toContain(group.urn);
      }
    }
  });

  it("has its operating system watched in production, by a role for this alone", () => {
    const role = only(production, "aws:iam/role:Role", "DatabaseMonitoringRole");
    expect(instance(production)).toMatchObject({
      monitoringInterval: 60,
      monitoringRoleArn: role.outputs.arn,
    });
    expect(statementsOf(role.inputs.assumeRolePolicy)[0]).toMatchObject({
      Principal: { Service: "monitoring.rds.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
    const [policy] = role.inputs.inlinePolicies as { policy: string }[];
    for (const { Resource } of statementsOf(policy?.policy))
      expect(Resource).toMatch(/:log-group:RDSOSMetrics(:log-stream:\*)?$/);
    expect(instance(small).monitoringInterval).toBe(0);
  });

  it("is migrated by a function that each change of the migrations invokes", () => {
    const invocation = only(production, "aws:lambda/invocation:Invocation");
    expect(invocation.inputs.functionName).toBe(
      only(production, "aws:lambda/function:Function", "MigratorFunction").outputs.name,
    );
    expect(JSON.parse(invocation.inputs.input as string)).toHaveProperty("migrations");
  });
});

describe("cache", () => {
  const group = (graph: Graph) => only(graph, "aws:elasticache/replicationGroup:ReplicationGroup").inputs;

  it("is Redis 7.1 on two nodes in two zones with failover, encrypted, snapshots kept for 5 days", () => {
    expect(group(production)).toMatchObject({
      engine: "redis",
      engineVersion: "7.1",
      numCacheClusters: 2,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      snapshotRetentionLimit: 5,
      autoMinorVersionUpgrade: true,
    });
    expect(group(production).authToken).toBeTruthy();
  });

  it("is one node elsewhere, encrypted too", () => {
    expect(group(small)).toMatchObject({
      numCacheClusters: 1,
      multiAzEnabled: false,
      atRestEncryptionEnabled: true,
      transitEncryptionMode: "required",
      snapshotRetentionLimit: 0,
    });
  });

  it("lies in the isolated subnets, and its logs are kept as long as the stage's others", () => {
    for (const [graph, expected] of [
      [production, 365],
      [small, 14],
    ] as const) {
      expect(only(graph, "aws:elasticache/subnetGroup:SubnetGroup").inputs.subnetIds).toEqual(
        isolated(graph),
      );
      const logs = group(graph).logDeliveryConfigurations as { logType: string }[];
      expect(logs.map(({ logType }) => logType)).toEqual(["slow-log", "engine-log"]);
      expect([days(graph, "CacheLogslowlog"), days(graph, "CacheLogenginelog")]).toEqual([
        expected,
        expected,
      ]);
    }
  });
});

describe("files", () => {
  it("are an encrypted, elastic EFS with an access point that is not root and not at the root, backed up", () => {
    const files = only(production, "aws:efs/fileSystem:FileSystem");
    expect(files.inputs).toMatchObject({ encrypted: true, throughputMode: "elastic" });
    expect(files.options.retainOnDelete).toBe(true);
    expect(only(small, "aws:efs/fileSystem:FileSystem").options.retainOnDelete).toBe(false);
    const point = only(production, "aws:efs/accessPoint:AccessPoint").inputs as {
      posixUser: { uid: number };
      rootDirectory: { path: string };
    };
    expect(point.posixUser.uid).not.toBe(0);
    expect(point.rootDirectory.path).not.toBe("/");
    expect(only(production, "aws:efs/backupPolicy:BackupPolicy").inputs.backupPolicy).toEqual({
      status: "ENABLED",
    });
  });

  it("have a mount target in each isolated subnet, in the group that tasks reach", () => {
    for (const graph of both()) {
      const files = only(graph, "aws:ec2/securityGroup:SecurityGroup", "FilesAccessGroup").id;
      const targets = ofType(graph, "aws:efs/mountTarget:MountTarget").map(({ inputs }) => inputs);
      expect(targets.map(({ subnetId }) => subnetId)).toEqual(isolated(graph));
      for (const { securityGroups } of targets) expect(securityGroups).toEqual([files]);
    }
  });

  it("are mounted by the worker's role and the sweeper's alone, by the access point, over TLS, and never as root", () => {
    for (const graph of both()) {
      const statements = statementsOf(only(graph, "aws:efs/fileSystemPolicy:FileSystemPolicy").inputs.policy);
      const allowed = statements.filter(({ Effect }) => Effect === "Allow");
      expect(allowed).toEqual([
        expect.objectContaining({
          Principal: {
            AWS: ["WorkerTaskRole", "SweepScratchHandlerRole"].map(
              (name) => only(graph, "aws:iam/role:Role", name).outputs.arn,
            ),
          },
          // Without ClientRootAccess, root is squashed.
          Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        }),
      ]);
      expect(allowed[0]?.Condition?.StringEquals).toEqual({
        "elasticfilesystem:AccessPointArn": only(graph, "aws:efs/accessPoint:AccessPoint").outputs.arn,
      });
      expect(statements).toContainEqual(refusal("*"));
    }
  });
});

/** The statement that refuses everybody without TLS. */
const refusal = (action: string) =>
  expect.objectContaining({
    Effect: "Deny",
    Action: action,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  }) as Statement;

describe("buckets", () => {
  const bucketNames = (graph: Graph) =>
    ofType(graph, "aws:s3/bucketV2:BucketV2").map(({ outputs }) => outputs.bucket as string);
  const about = (graph: Graph, type: string, bucket: string) =>
    ofType(graph, type).filter(({ inputs }) => inputs.bucket === bucket);

  it("are private, and refuse plain HTTP", () => {
    for (const graph of both())
      for (const bucket of bucketNames(graph)) {
        const [block] = about(graph, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket);
        expect(block?.inputs).toMatchObject({
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        });
        const policies = about(graph, "aws:s3/bucketPolicy:BucketPolicy", bucket);
        expect(policies).toHaveLength(1);
        const statements = statementsOf(policies[0]?.inputs.policy);
        expect(statements).toContainEqual(refusal("s3:*"));
        // AWS's services are let in for this app's resources alone.
        for (const { Effect, Principal, Condition } of statements.filter((one) => one.Effect === "Allow"))
          expect({ bucket, Effect, Principal, sources: sourcesOf(Condition) }).toEqual({
            bucket,
            Effect,
            Principal: { Service: expect.any(String) as string },
            sources: [
              expect.stringMatching(/^arn:aws:(cloudfront::123456789012:distribution\/E|s3:::telecine-)/),
            ],
          });
      }
  });

  it("show the media to this app's distribution alone", () => {
    const distribution = only(production, "aws:cloudfront/distribution:Distribution").outputs.arn;
    const policy = statementsOf(
      only(production, "aws:s3/bucketPolicy:BucketPolicy", "MediaPolicy").inputs.policy,
    );
    expect(policy.filter(({ Effect }) => Effect === "Allow")).toEqual([
      expect.objectContaining({
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Condition: { StringEquals: { "aws:SourceArn": distribution } },
      }),
    ]);
  });

  it("stay when production goes, and go with every other stage", () => {
    for (const { name, inputs, options } of ofType(production, "aws:s3/bucketV2:BucketV2"))
      expect({ name, force: inputs.forceDestroy, kept: options.retainOnDelete }).toEqual({
        name,
        force: false,
        kept: true,
      });
    for (const { name, inputs, options } of ofType(small, "aws:s3/bucketV2:BucketV2"))
      expect({ name, force: inputs.forceDestroy, kept: options.retainOnDelete }).toEqual({
        name,
        force: true,
        kept: false,
      });
  });

  it("bring back what was deleted, for a month in production and a day elsewhere, and end what nobody finishes", () => {
    for (const [graph, noncurrentDays] of [
      [production, 30],
      [small, 1],
    ] as const)
      for (const bucket of bucketNames(graph)) {
        const [versioning] = about(graph, "aws:s3/bucketVersioningV2:BucketVersioningV2", bucket);
        expect(versioning?.inputs.versioningConfiguration).toEqual({ status: "Enabled" });
        const lifecycle = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2";
        expect(about(graph, lifecycle, bucket)[0]?.inputs.rules).toContainEqual({
          id: "housekeeping",
          status: "Enabled",
          abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
          noncurrentVersionExpiration: { noncurrentDays },
          expiration: { expiredObjectDeleteMarker: true },
        });
      }
  });

  it("forget what tasks told each other after a week, and encrypt what they keep", () => {
    const { rules } = only(
      production,
      "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
      "MediaLifecycle",
    ).inputs;
    expect(rules).toContainEqual(
      expect.objectContaining({ filter: { prefix: "work/" }, expiration: { days: 7 }, status: "Enabled" }),
    );
    const type = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2";
    for (const graph of both())
      expect(only(graph, type, "MediaEncryption").inputs.rules).toEqual([
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ]);
  });

  it("have the requests to the media written down in production", () => {
    const log = only(production, "aws:s3/bucketLoggingV2:BucketLoggingV2").inputs;
    const media = only(production, "aws:s3/bucketV2:BucketV2", "MediaBucket").outputs;
    const target = only(production, "aws:s3/bucketV2:BucketV2", "AccessLogBucket").outputs;
    expect(log).toMatchObject({ bucket: media.bucket, targetBucket: target.bucket });
    expect(
      statementsOf(only(production, "aws:s3/bucketPolicy:BucketPolicy", "AccessLogPolicy").inputs.policy),
    ).toContainEqual(
      expect.objectContaining({
        Action: "s3:PutObject",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": media.arn },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      }),
    );
    expect(ofType(small, "aws:s3/bucketLoggingV2:BucketLoggingV2")).toEqual([]);
  });
});

const sourcesOf = (condition: Statement["Condition"]) =>
  Object.values(condition ?? {}).flatMap((keys) => keys["aws:SourceArn"] ?? []);
