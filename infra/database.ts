/// <reference path="../.sst/platform/config.d.ts" />
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import "./functions";
import { createDatabaseLogs, createMonitoring, nameInstance } from "./database-watch";
import { localServices } from "./local-services";
import { groups, subnets, vpc } from "./network";
import { isPermanent, sizes } from "./stage";

const DATABASE = "videometadata";
const USERNAME = "postgres";
const LOGS = ["postgresql", "upgrade"];

/**
 * PostgreSQL 16: the newest minor at creation, minors applied by AWS afterwards. 100 GB, growing by itself to 500 GB.
 *
 * IAM authentication is on for people: granted `rds_iam`, a user logs in with a token of 15 minutes instead of the one
 * password. Functions and tasks use the password, because a token has to be made anew for each of their connections.
 */
export const database = new sst.aws.Postgres("Database", {
  version: "16",
  database: DATABASE,
  username: USERNAME,
  instance: sizes.database.instance,
  multiAz: sizes.database.multiAz,
  storage: "500 GB",
  vpc: { subnets: subnets.isolated },
  // `sst dev` works against a PostgreSQL on the developer's machine: no RDS instance, no tunnel.
  dev: localServices.database,
  transform: {
    parameterGroup: {
      parameters: [
        { name: "rds.force_ssl", value: "1" },
        // What is slow, in milliseconds, and what changes the schema; all statements would put people's data into logs.
        { name: "log_min_duration_statement", value: "1000" },
        { name: "log_statement", value: "ddl" },
      ],
    },
    instance: (args, options) => {
      const identifier = nameInstance(vpc.id);
      Object.assign(args, {
        identifier,
        allocatedStorage: 100,
        vpcSecurityGroupIds: [groups.database.id],
        deletionProtection: isPermanent,
        skipFinalSnapshot: !isPermanent,
        ...(isPermanent ? { finalSnapshotIdentifier: $interpolate`${identifier}-final` } : {}),
        backupRetentionPeriod: 7,
        copyTagsToSnapshot: true,
        autoMinorVersionUpgrade: true,
        iamDatabaseAuthenticationEnabled: true,
        enabledCloudwatchLogsExports: LOGS,
        ...createMonitoring(),
      } satisfies Partial<aws.rds.InstanceArgs>);
      options.dependsOn = createDatabaseLogs(identifier, LOGS);
      return undefined;
    },
  },
});

/** Username and password, as SST stores them: `{ "username", "password" }`. In `sst dev` they are the local database's. */
const secretArn = $dev
  ? createDevSecret()
  : lookupSecret(database.nodes.instance?.tags, "sst:lookup:password");

// A link says where the database is and which secret opens it; the password itself never enters an environment.
sst.Linkable.wrap(sst.aws.Postgres, (postgres: sst.aws.Postgres) => ({
  properties: {
    host: postgres.host,
    port: postgres.port,
    database: postgres.database,
    secretArn,
    tls: !$dev,
  },
  include: [sst.aws.permission({ actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] })],
}));

// In `sst dev` the database is started only after the deployment, and migrated by what starts it.
if (!$dev) createMigration();

/** Brings the schema up to date at each deployment that changes it. */
function createMigration() {
  const migrator = new sst.aws.Function("Migrator", {
    handler: "packages/functions/src/migrate.handler",
    link: [database],
    timeout: "5 minutes",
    concurrency: { reserved: 1 },
    copyFiles: [{ from: "packages/core/migrations", to: "migrations" }],
    environment: { MIGRATIONS_DIR: "migrations" },
  });
  new aws.lambda.Invocation("Migration", {
    functionName: migrator.name,
    input: JSON.stringify({ migrations: hashOfMigrations() }),
  });
}

/** Changes whenever a migration is added, and so makes the deployment invoke the migrator again. */
function hashOfMigrations(): string {
  const folder = `${$cli.paths.root}/packages/core/migrations`;
  const hash = createHash("sha256");
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    hash.update(file).update(readFileSync(`${folder}/${file}`));
  }
  return hash.digest("hex").slice(0, 16);
}

/** SST keeps the id of the secret it made, which is the secret's ARN, in a tag. */
export function lookupSecret(
  tags: $util.Output<Record<string, string> | undefined> | undefined,
  tag: string,
) {
  return $output(tags).apply((all) => {
    const arn = all?.[tag];
    if (!arn) throw new Error(`The component set no tag "${tag}": its credentials cannot be found.`);
    return arn;
  });
}

function createDevSecret() {
  const { username, password } = localServices.database;
  const secret = new aws.secretsmanager.Secret("DevDatabaseSecret", { recoveryWindowInDays: 0 });
  new aws.secretsmanager.SecretVersion("DevDatabaseSecretVersion", {
    secretId: secret.id,
    secretString: JSON.stringify({ username, password }),
  });
  return secret.arn;
}
