/** What SNS keeps of a topic's declaration. */
export interface TopicSettings {
  readonly arn: string;
  readonly displayName?: string;
  readonly contentBasedDeduplication?: boolean;
  /** `2` signs with SHA-256, `1` with SHA-1. */
  readonly signatureVersion?: "1" | "2";
  /** Who may publish. Kept and shown; it is not judged. */
  readonly policy?: string;
}

/** What SNS keeps of a subscription's declaration. */
export interface SubscriptionSettings {
  readonly topicArn: string;
  readonly protocol: string;
  /** A function's ARN, a URL or an address. */
  readonly endpoint: string;
  readonly rawMessageDelivery?: boolean;
  /** JSON. */
  readonly filterPolicy?: string;
  readonly filterPolicyScope?: "MessageAttributes" | "MessageBody";
  /** JSON. Kept and shown; there are no queues that could take what was not delivered. */
  readonly redrivePolicy?: string;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
  /** What the endpoint must send back to confirm. */
  readonly token: string;
  readonly attributes: SubscriptionAttributes;
}

/** By SNS's names: `RawMessageDelivery`, `FilterPolicy`, `FilterPolicyScope`, `RedrivePolicy`, `DeliveryPolicy`. */
export type SubscriptionAttributes = Readonly<Record<string, string>>;

export type Protocol = "lambda" | "http" | "https" | "email" | "email-json";

export interface MessageAttribute {
  /** `String`, `String.Array`, `Number`, `Binary`, or one of them with a label behind a dot. */
  readonly type: string;
  /** Of a binary one in base64. */
  readonly value: string;
}

/** What is to be published. */
export interface PublishInput {
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string | undefined;
  /** `json`: the message is an object with a text for each protocol. */
  readonly messageStructure?: string | undefined;
  readonly messageAttributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  readonly messageGroupId?: string | undefined;
  readonly messageDeduplicationId?: string | undefined;
}

/** A message as it was accepted. */
export interface Message {
  readonly messageId: string;
  readonly topicArn: string;
  /** By protocol; `default` for those that have none of their own. */
  readonly texts: Readonly<Record<string, string>>;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** ISO 8601 with milliseconds. */
  readonly timestamp: string;
  readonly sequenceNumber: string | undefined;
  readonly messageGroupId: string | undefined;
}

export interface PublishOutput {
  readonly messageId: string;
  /** Of FIFO topics. */
  readonly sequenceNumber: string | undefined;
}
