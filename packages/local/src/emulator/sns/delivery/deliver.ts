import type { Delivery } from "../../../aws/outbox.ts";
import type { Core } from "../core.ts";
import type { Message, Protocol, Subscription, TopicSettings } from "../types.ts";
import { deliverByEmail } from "./email.ts";
import { deliverByHttp } from "./http.ts";
import { deliverToFunction } from "./lambda.ts";

/** What waits in the outbox for one subscription. */
export type Payload =
  | { readonly kind: "notification"; readonly message: Message }
  | { readonly kind: "confirmation"; readonly message: Pick<Message, "messageId" | "timestamp"> };

export type Deliver = (
  core: Core,
  payload: Payload,
  subscription: Subscription,
  topic: TopicSettings,
) => Promise<void>;

const DELIVER: Readonly<Record<Protocol, Deliver>> = {
  lambda: deliverToFunction,
  http: deliverByHttp,
  https: deliverByHttp,
  email: deliverByEmail,
  "email-json": deliverByEmail,
};

export function notificationPayload(message: Message): string {
  return JSON.stringify({ kind: "notification", message } satisfies Payload);
}

export function confirmationPayload(message: Pick<Message, "messageId" | "timestamp">): string {
  return JSON.stringify({ kind: "confirmation", message } satisfies Payload);
}

/** Hands one message to one subscriber. Rejects when it did not take it. */
export async function deliver(core: Core, { target, payload }: Delivery): Promise<void> {
  const subscription = core.subscriptions.find(target);
  const topic = subscription && core.topics.get(subscription.topicArn);
  // Whoever has unsubscribed since gets nothing more.
  if (!topic) return;
  const parsed = JSON.parse(payload) as Payload;
  if (parsed.kind === "confirmation" && subscription.isConfirmed) return;
  await DELIVER[subscription.protocol](core, parsed, subscription, topic);
}
