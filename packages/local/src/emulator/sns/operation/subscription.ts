import type { QueryOperation } from "../../../aws/service.ts";
import { type Core, topicOf } from "../core.ts";
import { invalidParameter, snsError } from "../error.ts";
import { readMap } from "../form.ts";
import { checkAttributes, subscribe } from "../subscribe.ts";
import type { Subscription } from "../types.ts";
import { paged } from "./page.ts";

const PENDING = "pending confirmation";

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export function subscribeOperation(core: Core): QueryOperation {
  return async (input) => {
    const subscription = subscribe(core, {
      topicArn: input.get("TopicArn"),
      protocol: input.get("Protocol"),
      endpoint: input.get("Endpoint"),
      attributes: readMap(input, "Attributes"),
    });
    const isShown = subscription.isConfirmed || input.get("ReturnSubscriptionArn") === "true";
    return { SubscriptionArn: isShown ? subscription.arn : PENDING };
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
export function confirmSubscriptionOperation(core: Core): QueryOperation {
  return async (input) => {
    const topic = topicOf(core, input.get("TopicArn"));
    const subscription = core.subscriptions.ofToken(topic.arn, input.get("Token") ?? "");
    if (!subscription) throw invalidParameter("Token");
    core.subscriptions.confirm(subscription.arn);
    return { SubscriptionArn: subscription.arn };
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html */
export function unsubscribeOperation(core: Core): QueryOperation {
  return async (input) => {
    core.subscriptions.remove(subscriptionOf(core, input).arn);
    return {};
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html */
export function getSubscriptionAttributesOperation(core: Core): QueryOperation {
  return async (input) => {
    const { arn, attributes, isConfirmed, ...fields } = subscriptionOf(core, input);
    const all = {
      SubscriptionArn: arn,
      TopicArn: fields.topicArn,
      Protocol: fields.protocol,
      Endpoint: fields.endpoint,
      Owner: core.options.accountId,
      PendingConfirmation: String(!isConfirmed),
      ConfirmationWasAuthenticated: "false",
      RawMessageDelivery: "false",
      ...attributes,
    };
    return { Attributes: { entry: Object.entries(all).map(([key, value]) => ({ key, value })) } };
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
export function setSubscriptionAttributesOperation(core: Core): QueryOperation {
  return async (input) => {
    const { arn, attributes } = subscriptionOf(core, input);
    const { [input.get("AttributeName") ?? ""]: _, ...others } = attributes;
    const value = input.get("AttributeValue") ?? "";
    // An empty value takes the attribute away.
    const changed = value === "" ? others : { ...others, [input.get("AttributeName") ?? ""]: value };
    checkAttributes(changed);
    core.subscriptions.setAttributes(arn, changed);
    return {};
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html */
export function listSubscriptionsOperation(core: Core): QueryOperation {
  return async (input) =>
    paged(
      "Subscriptions",
      core.subscriptions.list().map((one) => describe(core, one)),
      input,
    );
}

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export function listSubscriptionsByTopicOperation(core: Core): QueryOperation {
  return async (input) => {
    const topic = topicOf(core, input.get("TopicArn"));
    return paged(
      "Subscriptions",
      core.subscriptions.list(topic.arn).map((one) => describe(core, one)),
      input,
    );
  };
}

function describe(core: Core, { arn, isConfirmed, topicArn, protocol, endpoint }: Subscription) {
  return {
    SubscriptionArn: isConfirmed ? arn : "PendingConfirmation",
    Owner: core.options.accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  };
}

function subscriptionOf(core: Core, input: URLSearchParams): Subscription {
  const subscription = core.subscriptions.find(input.get("SubscriptionArn") ?? "");
  if (!subscription) throw snsError("NotFound", "Subscription does not exist");
  return subscription;
}
