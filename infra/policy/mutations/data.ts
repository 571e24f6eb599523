import { TYPE } from "../types.ts";
import { add, append, type Draft, edit, first, type Mutation, remove, set } from "./draft.ts";

const { accessPoint, backupPolicy, fileSystem, fileSystemPolicy, instance } = TYPE;
const { parameterGroup, replicationGroup } = TYPE;
const parameter = (name: string) => ["parameters", { name }, "value"];

/** Mistakes with the database, the cache and the files: P01-P25. */
export const DATA: readonly Mutation[] = [
  ["P01", "stores the database in clear", set(instance, "storageEncrypted", false)],
  ["P02", "gives the database a public address", set(instance, "publiclyAccessible", true)],
  ["P03", "keeps the database in one zone", set(instance, "multiAz", false)],
  ["P04", "lets the database be deleted", set(instance, "deletionProtection", false)],
  ["P04", "deletes the database without a snapshot", set(instance, "skipFinalSnapshot", true)],
  ["P05", "keeps backups for 6 days", set(instance, "backupRetentionPeriod", 6)],
  ["P06", "exports one of two logs", set(instance, "enabledCloudwatchLogsExports", ["postgresql"])],
  ["P07", "looks at the database every 7 seconds", set(instance, "monitoringInterval", 7)],
  ["P08", "turns Performance Insights off", set(instance, "performanceInsightsEnabled", false)],
  ["P09", "takes passwords alone", set(instance, "iamDatabaseAuthenticationEnabled", false)],
  ["P10", "takes no minor upgrades", set(instance, "autoMinorVersionUpgrade", false)],
  ["P10", "leaves snapshots without tags", set(instance, "copyTagsToSnapshot", false)],
  ["P11", "adds the VPC's default group", addDefaultGroup],
  ["P13", "lets clients come without TLS", set(parameterGroup, parameter("rds.force_ssl"), "0")],
  ["P13", "leaves TLS to the engine's default", without("rds.force_ssl")],
  ["P14", "logs no slow statement", without("log_min_duration_statement")],
  ["P14", "logs every statement", set(parameterGroup, parameter("log_statement"), "all")],
  ["P15", "stores the cache in clear", set(replicationGroup, "atRestEncryptionEnabled", false)],
  ["P15", "only prefers TLS", set(replicationGroup, "transitEncryptionMode", "preferred")],
  ["P16", "asks nobody for a token", set(replicationGroup, "authToken", undefined)],
  ["P17", "fails over by hand", set(replicationGroup, "automaticFailoverEnabled", false)],
  ["P17", "has one node", set(replicationGroup, "numCacheClusters", 1)],
  ["P18", "keeps no snapshot", set(replicationGroup, "snapshotRetentionLimit", 0)],
  ["P18", "lies in the default subnets", set(replicationGroup, "subnetGroupName", undefined)],
  ["P20", "stores files in clear", set(fileSystem, "encrypted", false)],
  ["P21", "makes no backup of the files", set(backupPolicy, "backupPolicy.status", "DISABLED")],
  ["P22", "opens the whole file system", set(accessPoint, "rootDirectory.path", "/")],
  ["P23", "acts as root", set(accessPoint, "posixUser.uid", 0)],
  ["P23", "acts in root's group", set(accessPoint, "posixUser.gid", 0)],
  ["P24", "leads the mount targets' subnets to the internet", routeToInternet],
  ["P24", "admits functions to the files", admitFunctions],
  ["P25", "has no policy for the files", remove(fileSystemPolicy)],
  [
    "P25",
    "lets clients of the files come without TLS",
    edit(fileSystemPolicy, "policy.Statement", withoutDenials),
  ],
  ["P25", "lets anybody mount", append(fileSystemPolicy, "policy.Statement", anonymousMount())],
];

/** Waived as they are: mended, the rule must have nothing left to say of them. */
export const DATA_MENDED: readonly Mutation[] = [
  ["P12", "answers on port 6432", set(instance, "port", 6432)],
  ["P12", "answers to another name", set(instance, "username", "telecine")],
  ["P19", "brings a key to the cache", set(replicationGroup, "kmsKeyId", "arn:aws:kms:eu-west-1:1:key/1")],
  ["P19", "moves the cache to port 6380", set(replicationGroup, "port", 6380)],
];

function addDefaultGroup(draft: Draft): void {
  const { id } = first(draft, TYPE.defaultSecurityGroup);
  append(instance, "vpcSecurityGroupIds", id)(draft);
}

function without(name: string) {
  return edit(parameterGroup, "parameters", (list) =>
    (list as { name: string }[]).filter((entry) => entry.name !== name),
  );
}

function routeToInternet(draft: Draft): void {
  const { subnetId } = first(draft, TYPE.mountTarget).inputs;
  const association = draft.resources.find(
    ({ type, inputs }) => type === TYPE.routeTableAssociation && inputs.subnetId === subnetId,
  );
  const route = { destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-0123456789abcdef0" };
  add(TYPE.route, { ...route, routeTableId: association?.inputs.routeTableId })(draft);
}

function admitFunctions(draft: Draft): void {
  const { id } = first(draft, TYPE.securityGroup, /^Functions/);
  const [securityGroupId] = first(draft, TYPE.mountTarget).inputs.securityGroups as string[];
  const port = { ipProtocol: "tcp", fromPort: 2049, toPort: 2049, description: "Functions to files" };
  add(TYPE.ingressRule, { ...port, securityGroupId, referencedSecurityGroupId: id })(draft);
}

/** Also of use to the other areas: a policy that refuses nothing any more. */
export function withoutDenials(statements: unknown): unknown {
  return (statements as { Effect: string }[]).filter(({ Effect }) => Effect !== "Deny");
}

function anonymousMount() {
  return { Effect: "Allow", Principal: { AWS: "*" }, Action: "elasticfilesystem:ClientMount", Resource: "*" };
}
