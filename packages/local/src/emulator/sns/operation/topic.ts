import type { QueryOperation } from "../../../aws/service.ts";
import { type Core, topicOf } from "../core.ts";
import { isFifo } from "../message.ts";
import { paged } from "./page.ts";

/** What is asked about topics. They come and go with the infrastructure alone. */

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
export function listTopicsOperation(core: Core): QueryOperation {
  return async (input) =>
    paged(
      "Topics",
      [...core.topics.keys()].sort().map((arn) => ({ TopicArn: arn })),
      input,
    );
}

/** https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export function getTopicAttributesOperation(core: Core): QueryOperation {
  return async (input) => {
    const topic = topicOf(core, input.get("TopicArn"));
    const subscriptions = core.subscriptions.list(topic.arn);
    const confirmed = subscriptions.filter(({ isConfirmed }) => isConfirmed).length;
    const attributes = {
      TopicArn: topic.arn,
      Owner: core.options.accountId,
      DisplayName: topic.displayName ?? "",
      SubscriptionsConfirmed: String(confirmed),
      SubscriptionsPending: String(subscriptions.length - confirmed),
      SubscriptionsDeleted: "0",
      SignatureVersion: topic.signatureVersion ?? "1",
      ...(topic.policy === undefined ? {} : { Policy: topic.policy }),
      ...(isFifo(topic.arn)
        ? { FifoTopic: "true", ContentBasedDeduplication: String(topic.contentBasedDeduplication ?? false) }
        : {}),
    };
    return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } };
  };
}
