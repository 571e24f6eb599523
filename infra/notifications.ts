/// <reference path="../.sst/platform/config.d.ts" />
import { accountId } from "./arn";
import { deadLetters } from "./dead-letters";
import { alertEmails, completionEmails, subscribeByEmail } from "./emails";
import { key, publishers } from "./encryption";

const encrypted = { transform: { topic: { kmsMasterKeyId: key.keyId } } };

/** One message for each video that became ready. */
export const completionTopic = new sst.aws.SnsTopic("CompletionTopic", encrypted);

/** One message for each video that failed for good, and for each alarm. */
export const errorTopic = new sst.aws.SnsTopic("ErrorTopic", encrypted);

// A topic has one policy: a second, as of a bucket that is to notify it, would overwrite the first.
protect("CompletionTopic", completionTopic, []);
protect("ErrorTopic", errorTopic, publishers);

// What a subscriber does not take in time is kept, whoever makes the subscription.
$transform(aws.sns.TopicSubscription, (args) => {
  args.redrivePolicy ??= $jsonStringify({ deadLetterTargetArn: deadLetters.arn });
});

subscribeByEmail("CompletionTopic", completionTopic, completionEmails);
subscribeByEmail("ErrorTopic", errorTopic, alertEmails);

/** Roles of this account publish by their own policies. Services do not, and nobody does without TLS. */
function protect(name: string, { arn }: sst.aws.SnsTopic, admitted: typeof publishers) {
  new aws.sns.TopicPolicy(`${name}Policy`, {
    arn,
    policy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "RefusePlainHttp",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "sns:Publish",
          Resource: arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        ...admitted.map(({ service, source }) => ({
          Sid: `Admit${service.split(".")[0]}`,
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sns:Publish",
          Resource: arn,
          Condition: {
            ArnLike: { "aws:SourceArn": source },
            StringEquals: { "aws:SourceAccount": accountId },
          },
        })),
      ],
    }),
  });
}
