/// <reference path="../.sst/platform/config.d.ts" />
import { housekeeping, keepHouse } from "./bucket-rules";
import { isPermanent, logDays, sizes } from "./stage";
import { media } from "./storage";

if (sizes.accessLog) createAccessLog();

/** Who read, wrote or deleted which object of the media bucket: presigned URLs and CloudFront leave no other trace of it. */
function createAccessLog() {
  const log = new sst.aws.Bucket("AccessLog", {
    cors: false,
    versioning: true,
    policy: [
      {
        principals: [{ type: "service", identifiers: ["logging.s3.amazonaws.com"] }],
        actions: ["s3:PutObject"],
        paths: ["*"],
        conditions: [
          { test: "ArnLike", variable: "aws:SourceArn", values: [media.arn] },
          {
            test: "StringEquals",
            variable: "aws:SourceAccount",
            values: [aws.getCallerIdentityOutput().accountId],
          },
        ],
      },
    ],
    lifecycle: [{ id: "old", expiresIn: `${logDays} days` }, housekeeping],
    transform: { bucket: { forceDestroy: !isPermanent }, lifecycle: keepHouse },
  });
  new aws.s3.BucketLoggingV2("MediaAccessLog", {
    bucket: media.name,
    targetBucket: log.name,
    targetPrefix: "media/",
  });
}
