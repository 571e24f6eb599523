/// <reference path="../.sst/platform/config.d.ts" />
import { account, accountId, arnOf, region } from "./arn";
import { sizes } from "./stage";

/**
 * The services that publish to our topics in their own name, each with the resources of ours that it does it for. Both the
 * topics and their key let in these and no others. Step Functions is not among them: it publishes as the workflow's role.
 */
export const publishers = [
  { service: "cloudwatch.amazonaws.com", source: arnOf("cloudwatch", `alarm:${$app.name}-${$app.stage}-*`) },
];

/**
 * The stage's own key: $1 a month, $1 more after each of the first two years, and $0.03 for 10,000 uses (2026-11).
 *
 * The topics need it: AWS's own key for SNS lets no alarm in. Being there, it also keeps the logs, the secrets and the
 * environments of functions, whose uses are few: a log group's or a topic's key is asked for every five minutes, a
 * function's once in the life of an environment.
 */
export const key = new aws.kms.Key("Key", {
  description: `${$app.name} ${$app.stage}: topics, logs, secrets, environments of functions`,
  enableKeyRotation: true,
  deletionWindowInDays: sizes.keyDeletionDays,
  policy: $jsonStringify({
    Version: "2012-10-17",
    Statement: [leaveToRoles(), admitLogs(), ...publishers.map(({ service }) => admitPublisher(service))],
  }),
});

new aws.kms.Alias("KeyAlias", { name: `alias/${$app.name}-${$app.stage}`, targetKeyId: key.keyId });

$transform(aws.cloudwatch.LogGroup, (args) => {
  if (args) args.kmsKeyId ??= key.arn;
});
$transform(aws.secretsmanager.Secret, (args) => {
  if (!args) return;
  args.kmsKeyId ??= key.arn;
  args.recoveryWindowInDays = sizes.secretRecoveryDays;
});

/** For whoever reads a secret, and for a function, which Lambda opens the environment of under the function's role. */
export const decrypt = { actions: ["kms:Decrypt"], resources: [key.arn] };

/** The account's own policies decide who else may use the key and look after it. A key without this is nobody's. */
function leaveToRoles() {
  return {
    Sid: "LeaveToRoles",
    Effect: "Allow",
    Principal: { AWS: account },
    Action: "kms:*",
    Resource: "*",
  };
}

/** CloudWatch Logs, for log groups of this account. It names the group in the encryption context of each use. */
function admitLogs() {
  return {
    Sid: "AdmitLogs",
    Effect: "Allow",
    Principal: { Service: $interpolate`logs.${region}.amazonaws.com` },
    Action: [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:DescribeKey",
    ],
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arnOf("logs", "log-group:*") } },
  };
}

function admitPublisher(service: string) {
  return {
    Sid: `Admit${service.split(".")[0]}`,
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
}
