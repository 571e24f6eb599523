import { UndeliverableError } from "../../../aws/outbox.ts";
import { notification, subscriptionConfirmation } from "../envelope.ts";
import { textFor } from "../message.ts";
import type { Core } from "../core.ts";
import type { Subscription, TopicSettings } from "../types.ts";
import type { Deliver, Payload } from "./deliver.ts";

const TIMEOUT_MS = 15_000;

/** https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html */
export const deliverByHttp: Deliver = async (core, payload, subscription, topic) => {
  const isRaw =
    payload.kind === "notification" && subscription.attributes.RawMessageDelivery?.toLowerCase() === "true";
  const response = await fetch(subscription.endpoint, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
      "x-amz-sns-message-type": payload.kind === "notification" ? "Notification" : "SubscriptionConfirmation",
      "x-amz-sns-message-id": payload.message.messageId,
      "x-amz-sns-topic-arn": topic.arn,
      ...(payload.kind === "notification" ? { "x-amz-sns-subscription-arn": subscription.arn } : {}),
      ...(isRaw ? { "x-amz-sns-rawdelivery": "true" } : {}),
    },
    body: isRaw
      ? textFor(payload.message, subscription.protocol)
      : await bodyOf(core, payload, subscription, topic),
  });
  await response.body?.cancel();
  if (response.ok) return;
  const { status } = response;
  const message = `The endpoint answered ${status}.`;
  // As on AWS: the endpoint's own refusal stands, what may pass is tried again.
  throw status >= 400 && status < 500 && status !== 429
    ? new UndeliverableError(message)
    : new Error(message);
};

async function bodyOf(
  core: Core,
  payload: Payload,
  subscription: Subscription,
  topic: TopicSettings,
): Promise<string> {
  const fields =
    payload.kind === "notification"
      ? await notification(payload.message, subscription, topic, core.addresses)
      : await subscriptionConfirmation(payload.message, subscription, topic, core.addresses);
  return JSON.stringify(fields, null, 2);
}
