/// <reference path="../.sst/platform/config.d.ts" />

/**
 * The trust of a role that a service of AWS takes on for resources of this account and region, and for nobody else's: the
 * service is not to be made a stranger's deputy.
 *
 * @param principal as in `vpc-flow-logs.amazonaws.com`.
 * @param service and `resource`: what of an ARN names the caller, as in `ec2` and `vpc-flow-log/*`.
 */
export function trustOf(principal: string, service: string, resource: string): $util.Output<string> {
  const { accountId } = aws.getCallerIdentityOutput();
  const region = aws.getRegionOutput().name;
  const { partition } = aws.getPartitionOutput();
  return $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: principal },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: {
            "aws:SourceArn": $interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`,
          },
        },
      },
    ],
  });
}
