/// <reference path="../.sst/platform/config.d.ts" />

/** One message for each video that became ready. */
export const completionTopic = new sst.aws.SnsTopic("CompletionTopic", {
  transform: { topic: { kmsMasterKeyId: "alias/aws/sns" } },
});

/** One message for each video that failed for good. */
export const errorTopic = new sst.aws.SnsTopic("ErrorTopic", {
  transform: { topic: { kmsMasterKeyId: "alias/aws/sns" } },
});
