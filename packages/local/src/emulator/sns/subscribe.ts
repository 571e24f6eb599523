import { randomUUID } from "node:crypto";
import { type Core, topicOf } from "./core.ts";
import { confirmationPayload } from "./delivery/deliver.ts";
import { invalidParameter, snsError } from "./error.ts";
import { checkPolicy } from "./filter.ts";
import type { Protocol, Subscription, SubscriptionAttributes, SubscriptionSettings } from "./types.ts";

const PROTOCOLS: readonly string[] = ["lambda", "http", "https", "email", "email-json"] satisfies Protocol[];
/** Protocols of AWS that nothing here takes messages for. */
const NOT_OFFERED = ["sqs", "sms", "application", "firehose"];

/** Which endpoints a protocol takes. */
const ENDPOINTS: Readonly<Record<Protocol, RegExp>> = {
  lambda: /^arn:[^:]+:lambda:/,
  http: /^http:\/\/./,
  https: /^https:\/\/./,
  email: /^[^@\s]+@[^@\s]+$/,
  "email-json": /^[^@\s]+@[^@\s]+$/,
};

/** Subscribes somebody who asked for it. HTTP endpoints and mail addresses confirm before they get anything. */
export function subscribe(
  core: Core,
  request: {
    topicArn: string | null;
    protocol: string | null;
    endpoint: string | null;
    attributes: SubscriptionAttributes;
  },
): Subscription {
  const topic = topicOf(core, request.topicArn);
  const protocol = checkProtocol(request.protocol ?? "");
  const endpoint = checkEndpoint(protocol, request.endpoint ?? "");
  checkAttributes(request.attributes);
  const known = core.subscriptions.ofEndpoint(topic.arn, protocol, endpoint);
  if (known && !sameAttributes(known.attributes, request.attributes)) {
    throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
  }
  const isConfirmed = protocol === "lambda";
  const added = { topicArn: topic.arn, protocol, endpoint, isConfirmed, attributes: request.attributes };
  const subscription = known ?? core.database.transaction(() => core.subscriptions.add(added));
  if (!subscription.isConfirmed) askToConfirm(core, subscription);
  return subscription;
}

/**
 * Subscribes what the infrastructure declares. Mail addresses are taken as confirmed, since the mailbox is the developer's;
 * HTTP endpoints are asked at each start until they confirm.
 */
export function declareSubscription(core: Core, settings: SubscriptionSettings): Subscription {
  const { topicArn } = settings;
  topicOf(core, topicArn);
  const protocol = checkProtocol(settings.protocol);
  const endpoint = checkEndpoint(protocol, settings.endpoint);
  const attributes = attributesOf(settings);
  checkAttributes(attributes);
  const isConfirmed = !protocol.startsWith("http");
  const subscription = core.database.transaction(() =>
    core.subscriptions.declare({ topicArn, protocol, endpoint, isConfirmed, attributes }),
  );
  if (!subscription.isConfirmed) askToConfirm(core, subscription);
  return subscription;
}

function attributesOf(settings: SubscriptionSettings): SubscriptionAttributes {
  const { rawMessageDelivery, filterPolicy, filterPolicyScope, redrivePolicy } = settings;
  const attributes = {
    RawMessageDelivery: rawMessageDelivery ? "true" : undefined,
    FilterPolicy: filterPolicy,
    FilterPolicyScope: filterPolicyScope,
    RedrivePolicy: redrivePolicy,
  };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function askToConfirm(core: Core, subscription: Subscription): void {
  const message = { messageId: randomUUID(), timestamp: new Date(core.clock.now()).toISOString() };
  core.outbox.add({ target: subscription.arn, payload: confirmationPayload(message) });
  core.outbox.wake();
}

function checkProtocol(name: string): Protocol {
  if (NOT_OFFERED.includes(name)) {
    throw snsError("NotImplemented", `Subscriptions of the protocol "${name}" are not offered locally.`);
  }
  if (!PROTOCOLS.includes(name)) throw invalidParameter(`Does not support this protocol string: ${name}`);
  return name as Protocol;
}

function checkEndpoint(protocol: Protocol, endpoint: string): string {
  if (ENDPOINTS[protocol].test(endpoint)) return endpoint;
  throw invalidParameter(`Endpoint Reason: "${endpoint}" is no endpoint of the protocol ${protocol}`);
}

const ATTRIBUTES = [
  "RawMessageDelivery",
  "FilterPolicy",
  "FilterPolicyScope",
  "RedrivePolicy",
  "DeliveryPolicy",
  "SubscriptionRoleArn",
];

/** Throws InvalidParameter for an attribute that SNS does not know or could not use. */
export function checkAttributes(attributes: SubscriptionAttributes): void {
  const unknown = Object.keys(attributes).find((name) => !ATTRIBUTES.includes(name));
  if (unknown !== undefined) throw invalidParameter("AttributeName");
  const { FilterPolicy, FilterPolicyScope, RawMessageDelivery } = attributes;
  if (RawMessageDelivery !== undefined && !/^(true|false)$/i.test(RawMessageDelivery)) {
    throw invalidParameter(
      `Attributes Reason: RawMessageDelivery: Invalid value [${RawMessageDelivery}]. Must be true or false.`,
    );
  }
  if (FilterPolicyScope !== undefined && !["MessageAttributes", "MessageBody"].includes(FilterPolicyScope)) {
    throw invalidParameter(`FilterPolicyScope: Invalid value [${FilterPolicyScope}].`);
  }
  if (FilterPolicy !== undefined) checkPolicy(FilterPolicy, FilterPolicyScope);
}

function sameAttributes(a: SubscriptionAttributes, b: SubscriptionAttributes): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
