import type { Core } from "./core.ts";
import { topicOf } from "./core.ts";
import { notificationPayload } from "./delivery/deliver.ts";
import { wants } from "./filter.ts";
import { createMessage, isFifo } from "./message.ts";
import { createHash } from "node:crypto";
import type { Message, PublishInput, PublishOutput } from "./types.ts";

/**
 * Publishes a message: one transaction writes it down for every subscriber that wants it. Throws an AwsError
 * (`InvalidParameter`, `ParameterValueInvalid`, `NotFound`).
 */
export function publish(core: Core, input: PublishInput): PublishOutput {
  const topic = topicOf(core, input.topicArn);
  const now = core.clock.now();
  const message = createMessage(input, topic, now);
  const output = core.database.transaction(() => {
    if (!isFifo(topic.arn)) return distribute(core, message);
    const deduplicationId =
      input.messageDeduplicationId ?? createHash("sha256").update(input.message).digest("hex");
    const duplicate = core.published.duplicateOf(topic.arn, deduplicationId, now);
    if (duplicate) return duplicate;
    const numbered = { ...message, sequenceNumber: core.published.nextSequenceNumber(topic.arn) };
    core.published.remember(numbered, deduplicationId, now);
    return distribute(core, numbered);
  });
  core.outbox.wake();
  return { messageId: output.messageId, sequenceNumber: output.sequenceNumber };
}

function distribute(core: Core, message: Message): Message {
  for (const subscription of core.subscriptions.list(message.topicArn)) {
    if (!subscription.isConfirmed || !wants(subscription, message)) continue;
    core.outbox.add({ target: subscription.arn, payload: notificationPayload(message) });
  }
  core.published.append(message);
  return message;
}
