/// <reference path="../.sst/platform/config.d.ts" />

/** Where this stage lives. */
export const { accountId } = aws.getCallerIdentityOutput();
export const region = aws.getRegionOutput().name;
const { partition } = aws.getPartitionOutput();

/** The ARN of a resource of this account and region that is not at hand as one: `arnOf("logs", "log-group:*")`. */
export function arnOf(service: string, resource: $util.Input<string>): $util.Output<string> {
  return $interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** The account itself, as a principal: whoever its own policies name. */
export const account = $interpolate`arn:${partition}:iam::${accountId}:root`;
