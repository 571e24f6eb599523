/// <reference path="../.sst/platform/config.d.ts" />
import { accountId, arnOf } from "./arn";

const DAY_SECONDS = 24 * 3600;

/** Events that a function failed at three times, and messages that a subscriber never took: kept as long as SQS does. */
export const deadLetters = new sst.aws.Queue("DeadLetters", {
  transform: {
    // With SQS's own key: free, and open to SNS and Lambda without a word in ours.
    queue: { messageRetentionSeconds: 14 * DAY_SECONDS, sqsManagedSseEnabled: true },
  },
});

new aws.sqs.QueuePolicy("DeadLettersPolicy", {
  queueUrl: deadLetters.url,
  policy: $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RefusePlainHttp",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sqs:*",
        Resource: deadLetters.arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "AdmitOurTopics",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: deadLetters.arn,
        Condition: {
          ArnLike: { "aws:SourceArn": arnOf("sns", `${$app.name}-${$app.stage}-*`) },
          StringEquals: { "aws:SourceAccount": accountId },
        },
      },
    ],
  }),
});

/** What a function that events invoke may do besides. */
export const giveUp = { actions: ["sqs:SendMessage"], resources: [deadLetters.arn] };

/** For such a function: two more tries, and then its event is kept with what it failed with. */
export const keepFailures = {
  retries: 2,
  transform: { eventInvokeConfig: { destinationConfig: { onFailure: { destination: deadLetters.arn } } } },
} satisfies Partial<sst.aws.FunctionArgs>;
