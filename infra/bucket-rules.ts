/// <reference path="../.sst/platform/config.d.ts" />
import { router } from "./delivery";
import { sizes } from "./stage";

/**
 * `access: "cloudfront"` lets every distribution of every account read a bucket. Here the one distribution may that is
 * this app's; whichever component makes the bucket.
 */
$transform(aws.s3.BucketPolicy, (args) => {
  const { arn } = router.nodes.cdn.nodes.distribution;
  args.policy = $util
    .all([args.policy, arn])
    .apply(([policy, distribution]) => withSource(policy as string, distribution));
});

interface Statement {
  Principal?: { Service?: string };
  Condition?: object;
}

function withSource(text: string, distribution: string): string {
  const policy = JSON.parse(text) as { Statement: Statement[] };
  const statements = policy.Statement.map((statement) =>
    statement.Principal?.Service === "cloudfront.amazonaws.com"
      ? { ...statement, Condition: { StringEquals: { "aws:SourceArn": distribution } } }
      : statement,
  );
  return JSON.stringify({ ...policy, Statement: statements });
}

/** A rule for a component's `lifecycle`, which has no words for what the rule does: `keepHouse` gives it its actions. */
export const housekeeping = { id: "housekeeping" };

/** Ends what would be paid for and never seen: parts of uploads given up, old versions, and the marks of their deletion. */
export function keepHouse(args: aws.s3.BucketLifecycleConfigurationV2Args): undefined {
  args.rules = $output(args.rules).apply((rules) =>
    rules?.map((rule) => {
      if (rule.id !== housekeeping.id) return rule;
      return {
        ...rule,
        abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
        noncurrentVersionExpiration: { noncurrentDays: sizes.undeleteDays },
        expiration: { expiredObjectDeleteMarker: true },
      };
    }),
  );
}
