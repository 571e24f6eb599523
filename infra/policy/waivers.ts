import { WILDCARDS } from "../permissions/wildcards.ts";
import type { RuleId, Stages } from "./rule.ts";

/** Why a rule may be broken, and until when. One that matches nothing is an error: it would hide the next mistake. */
export interface Waiver {
  readonly rule: RuleId;
  /** The whole logical name of the resources it is for. */
  readonly resource: RegExp;
  /** The whole property, where only one of several may be wrong. */
  readonly property?: RegExp;
  /** The stages on which the rule is broken. Default: all that it applies to. */
  readonly stages?: Stages;
  readonly reason: string;
  /** What would end it. */
  readonly until: string;
}

/** Rules that block, and are broken for now. */
const BLOCKING: readonly Waiver[] = [
  {
    rule: "P61",
    resource: /.*Function/,
    property: /environment\.variables\.SST_KEY/,
    reason:
      'SST encrypts a function\'s links into its bundle, with this key beside it. Ours hold addresses and the ARNs of secrets, never a secret (requirements.test.ts, "secrets").',
    until: "a link holds a secret, or SST lets bundles do without the key",
  },
  {
    rule: "P68",
    resource: /ApiRoute.*Method/,
    reason:
      "The API has no accounts or keys of its own yet: SECURITY.md says so, and that a deployment is to be kept private. An authorizer of API Gateway would know no more than the API does.",
    until: "the API has tokens; then the waiver names the test that every route refuses a call without one",
  },
  {
    rule: "P77",
    resource: /APIGatewayPushToCloudWatchLogsRole/,
    property: /assumeRolePolicy\.Statement\.0\.Condition/,
    reason:
      "API Gateway does not say for which account it takes on the role of its logs: a condition would keep it out (permissions/wildcards.ts).",
    until: "API Gateway sends aws:SourceAccount",
  },
];

/** Rules that are expected to be broken: they ask for what would be no gain here. */
const EXPECTED: readonly Waiver[] = [
  {
    rule: "P12",
    resource: /DatabaseInstance/,
    reason:
      "A port and a name are no secrets: only the groups of functions and tasks reach the database (P39), over TLS (P13), with a password that is kept in Secrets Manager.",
    until: "the database can be reached from outside of the VPC",
  },
  {
    rule: "P19",
    resource: /CacheCluster/,
    reason:
      "The cache holds progress and answers that are made again in a minute. It is encrypted with AWS's key; its port is open to the groups of functions and tasks alone (P39).",
    until: "the cache holds what exists nowhere else",
  },
  {
    rule: "P35",
    resource: /ClusterCluster/,
    property: /configuration\..*/,
    reason:
      "Nobody can type into a container: no state runs its task with ECS Exec, so there is nothing to log.",
    until: "a task is run with EnableExecuteCommand",
  },
  {
    rule: "P51",
    resource: /.*/,
    reason:
      "A second copy in another region doubles the cost of every byte; a lock would keep what people ask to have deleted; a second factor can be set up by the account's root user only. Versions bring back what is deleted (P48).",
    until: "somebody needs a region's loss to lose no video",
  },
  {
    rule: "P55",
    resource: /WorkflowStateMachine/,
    property: /loggingConfiguration\.includeExecutionData/,
    reason:
      "Results carry addresses of people's media. Ids are in the log; the data is in the execution's history for 90 days, for those who may read it.",
    until: "results hold ids alone",
  },
  {
    rule: "P70",
    resource: /ApiStage/,
    reason:
      "The handler checks requests with the schemas that its description is made from, and answers with one shape of error. A video's state changes by the second, so there is nothing to cache. Lambda has no address to show a certificate to.",
    until: "the API has a backend behind HTTP",
  },
  {
    rule: "P78",
    resource: /APIGatewayPushToCloudWatchLogsRole/,
    property: /managedPolicyArns\.service-role\/AmazonAPIGatewayPushToCloudWatchLogs/,
    reason:
      "The role is the account's, for the logs of every API in the region, ours or not; SST makes it where there is none.",
    until: "SST lets an app say which role API Gateway logs with",
  },
  {
    rule: "P78",
    resource: /BackupRole/,
    property:
      /managedPolicyArns\.(service-role\/)?AWSBackupServiceRolePolicyFor(Backup|Restores|S3Backup|S3Restore)/,
    stages: "permanent",
    reason:
      "AWS Backup documents these four as what it needs, and needs more with each service it learns; a list of our own would make a restore fail on the day that it counts.",
    until: "a restore in an account has shown which actions are enough",
  },
];

/** Rules that warn, accepted. */
const ACCEPTED: readonly Waiver[] = [
  {
    rule: "P08",
    resource: /DatabaseInstance/,
    property: /performanceInsightsKmsKeyId/,
    reason:
      "Encrypted with AWS's key for RDS, as the database itself is. The key of an instance cannot be changed later, and one of our own is one more way to lose the data.",
    until: "the account's rules ask for keys of our own",
  },
  {
    rule: "P20",
    resource: /ScratchFileSystem/,
    property: /kmsKeyId/,
    reason:
      "Scratch is encrypted with AWS's key for EFS, and holds parts of videos that lie in the bucket as well, for as long as a task takes.",
    until: "the account's rules ask for keys of our own",
  },
  {
    rule: "P50",
    resource: /(Media|AccessLog|ConsoleAssets).*/,
    property: /BucketServerSideEncryption.*|rules\.0\..*/,
    reason:
      "S3 encrypts every object with its own key (SSE-S3). With KMS each of a video's thousands of segments would cost a request, and CloudFront could read none without a grant; S3 writes access logs to no bucket with KMS.",
    until: "the account's rules ask for keys of our own",
  },
  {
    rule: "P50",
    resource: /(AccessLog|ConsoleAssets)Bucket/,
    property: /BucketLoggingV2/,
    reason:
      "The log of the log would grow by writing itself. The console's files are public, and made by the deployment.",
    until: "the console's bucket holds something of people's",
  },
  {
    rule: "P56",
    resource: /WorkflowStateMachine/,
    property: /encryptionConfiguration\.kmsKeyId/,
    reason:
      "Definition and history are encrypted with AWS's key. They hold ids, addresses and ARNs, and no secret (P57).",
    until: "the account's rules ask for keys of our own",
  },
  {
    rule: "P72",
    resource: /(Database|Cache)ProxySecret/,
    property: /SecretRotation/,
    reason:
      "SST writes the password into the secret and the server at once, at a deployment; a rotation beside it would be undone by the next one. Readers fetch the secret anew when it is refused.",
    until: "SST's components take their password from a secret that rotates",
  },
];

export const WAIVERS: readonly Waiver[] = [...BLOCKING, ...EXPECTED, ...ACCEPTED];

/** Routes that anybody may call. */
export const PUBLIC_ROUTES: readonly string[] = [
  "GET /health",
  "HEAD /health",
  "GET /openapi.json",
  "HEAD /openapi.json",
];

/**
 * Actions that AWS offers no narrower resource for than `*`. The reasons stand beside them, and the tests of permissions
 * hold them against AWS's own list of actions.
 */
export const UNSCOPED_ACTIONS: readonly string[] = Object.values(WILDCARDS).flatMap(({ actions }) => actions);
