import { textFor } from "./message.ts";
import type { Signing } from "./signing.ts";
import type { Message, MessageAttribute, Subscription, TopicSettings } from "./types.ts";

/** The forms that messages leave in. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */

export interface Addresses {
  /** Where subscribers reach this SNS. */
  readonly endpointUrl: string;
  readonly signing: Signing;
}

/** The path that serves the certificate. */
export const CERTIFICATE_PATH = "/SimpleNotificationService-local.pem";

/** A message as HTTP endpoints and JSON mails get it. */
export async function notification(
  message: Message,
  subscription: Subscription,
  topic: TopicSettings,
  addresses: Addresses,
): Promise<Record<string, unknown>> {
  const attributes = Object.entries(message.attributes).map(([name, { type, value }]) => [
    name,
    { Type: type, Value: value },
  ]);
  const signed = {
    Type: "Notification",
    MessageId: message.messageId,
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
    TopicArn: message.topicArn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: textFor(message, subscription.protocol),
    Timestamp: message.timestamp,
  };
  return {
    ...signed,
    ...(await signature(signed, topic, addresses)),
    UnsubscribeURL: unsubscribeUrl(subscription, addresses),
    ...(attributes.length > 0 ? { MessageAttributes: Object.fromEntries(attributes) as object } : {}),
  };
}

/** What asks an endpoint to confirm that it wants to be subscribed. */
export async function subscriptionConfirmation(
  { messageId, timestamp }: { messageId: string; timestamp: string },
  subscription: Subscription,
  topic: TopicSettings,
  addresses: Addresses,
): Promise<Record<string, unknown>> {
  const signed = {
    Type: "SubscriptionConfirmation",
    MessageId: messageId,
    Token: subscription.token,
    TopicArn: topic.arn,
    Message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: subscribeUrl(subscription, addresses),
    Timestamp: timestamp,
  };
  return { ...signed, ...(await signature(signed, topic, addresses)) };
}

export function subscribeUrl({ topicArn, token }: Subscription, { endpointUrl }: Addresses): string {
  return `${endpointUrl}/?${new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topicArn, Token: token }).toString()}`;
}

export function unsubscribeUrl({ arn }: Subscription, { endpointUrl }: Addresses): string {
  return `${endpointUrl}/?${new URLSearchParams({ Action: "Unsubscribe", SubscriptionArn: arn }).toString()}`;
}

/** The event that a function gets. */
export async function lambdaEvent(
  message: Message,
  subscription: Subscription,
  topic: TopicSettings,
  addresses: Addresses,
): Promise<object> {
  const {
    SigningCertURL,
    UnsubscribeURL,
    MessageAttributes,
    SequenceNumber: _,
    ...fields
  } = await notification(message, subscription, topic, addresses);
  const Sns = {
    ...fields,
    Subject: message.subject ?? null,
    // Functions get these two in another spelling than everybody else.
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    MessageAttributes: MessageAttributes ?? ({} satisfies Record<string, MessageAttribute>),
  };
  return {
    Records: [{ EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: subscription.arn, Sns }],
  };
}

/** What is signed, in this order. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const SIGNED_FIELDS = [
  "Message",
  "MessageId",
  "Subject",
  "SubscribeURL",
  "Timestamp",
  "Token",
  "TopicArn",
  "Type",
];

async function signature(
  fields: Readonly<Record<string, string>>,
  topic: TopicSettings,
  { endpointUrl, signing }: Addresses,
) {
  const version = topic.signatureVersion ?? "1";
  const present = SIGNED_FIELDS.filter((name) => fields[name] !== undefined);
  const text = present.map((name) => `${name}\n${fields[name] ?? ""}\n`).join("");
  return {
    SignatureVersion: version,
    Signature: await signing.sign(text, version),
    SigningCertURL: `${endpointUrl}${CERTIFICATE_PATH}`,
  };
}
