/// <reference path="../.sst/platform/config.d.ts" />
import { accountId, arnOf } from "./arn";
import { decrypt, key } from "./encryption";
import { groups, subnets } from "./network";
import { anywhere } from "./permissions/wildcards";
import { logDays } from "./stage";

const logs = new Map<string, aws.cloudwatch.LogGroup>();

/**
 * What every function of the app has in common, whichever component makes it.
 *
 * The runtime is the newest that the pinned provider accepts: @pulumi/aws 6.66.2 checks the name against a list that ends
 * with nodejs22.x.
 */
$transform(sst.aws.Function, (args, _options, name) => {
  const log = createLog(name);
  args.runtime ??= "nodejs22.x";
  args.architecture ??= "arm64";
  args.memory ??= "512 MB";
  args.logging = { format: "json", logGroup: log.name };
  if ($dev) {
    // All that a function in the cloud does is call a laptop, over the internet, where the account's capacity is no matter.
    delete args.concurrency;
  } else {
    args.vpc ??= { privateSubnets: subnets.private, securityGroups: [groups.functions.id] };
  }
  args.environment = $output(args.environment ?? {}).apply((environment) => ({
    LOG_LEVEL: "info",
    // Since Node.js 20 Lambda does not load the authorities of RDS by itself; this file of the runtime holds them.
    ...($dev ? {} : { NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem" }),
    ...environment,
  }));
  args.permissions = $output(args.permissions ?? []).apply((own) => [
    ...own,
    ...interfaces,
    anywhere("traces"),
    decrypt,
    { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [$interpolate`${log.arn}:*`] },
  ]);
  args.transform = {
    function: { tracingConfig: { mode: "Active" }, kmsKeyArn: key.arn },
    role: restrict,
    ...args.transform,
  };
});

/** SST's own group has another name than what a role could be told before it is made. */
function createLog(name: string) {
  const log = new aws.cloudwatch.LogGroup(`${name}Log`, {
    name: `/aws/lambda/${$app.name}-${$app.stage}-${name}`,
    retentionInDays: logDays,
  });
  logs.set(name, log);
  return log;
}

/** The log of a function, by its component's name; of a schedule's, `<Cron>Handler`. */
export function logOf(name: string) {
  const log = logs.get(name);
  if (!log) throw new Error(`There is no function "${name}", or not yet.`);
  return log;
}

/**
 * Lambda makes a function's network interfaces under the function's role: whatever makes one may make, and unmake, any of
 * the account. So what comes from inside a function is denied it again.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html says that the actions need all resources of the
 * account, and `*` for the two that only describe.
 */
const changes = [
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];
const interfaces = [
  anywhere("interfaces"),
  { actions: changes, resources: [arnOf("ec2", "*/*")] },
  {
    effect: "deny" as const,
    actions: [...changes, ...anywhere("interfaces").actions],
    resources: ["*"],
    conditions: [{ test: "Null", variable: "lambda:SourceFunctionArn", values: ["false"] }],
  },
];

/** Nothing but what is written here, for Lambda and for this account. In `sst dev` a laptop takes on the role, too. */
function restrict(args: aws.iam.RoleArgs): undefined {
  args.managedPolicyArns = [];
  if ($dev) return;
  args.assumeRolePolicy = $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  });
}

// A bucket's name can come to belong to another account, and its ARN names none.
$transform(aws.lambda.Permission, (args) => {
  if (args.principal === "s3.amazonaws.com") args.sourceAccount = accountId;
});
