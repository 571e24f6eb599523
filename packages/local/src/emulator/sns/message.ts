import { randomUUID } from "node:crypto";
import { invalidParameter, snsError } from "./error.ts";
import type { Message, MessageAttribute, PublishInput, TopicSettings } from "./types.ts";

/** 256 KiB of text and attributes. */
const MAX_BYTES = 256 * 1024;
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;

/** Checks what is to be published and makes the message of it. Throws InvalidParameter in SNS's words. */
export function createMessage(input: PublishInput, topic: TopicSettings, now: number): Message {
  const { message, subject, messageAttributes = {}, messageStructure } = input;
  if (message === "") throw invalidParameter("Empty message");
  if (sizeOf(message, messageAttributes) > MAX_BYTES) throw invalidParameter("Message too long");
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalidParameter("Subject");
  if (messageStructure !== undefined && messageStructure !== "json")
    throw invalidParameter("MessageStructure");
  for (const [name, attribute] of Object.entries(messageAttributes)) checkAttribute(name, attribute);
  checkFifo(input, topic);
  return {
    messageId: randomUUID(),
    topicArn: topic.arn,
    texts: messageStructure === "json" ? readTexts(message) : { default: message },
    subject,
    attributes: messageAttributes,
    timestamp: new Date(now).toISOString(),
    sequenceNumber: undefined,
    messageGroupId: input.messageGroupId,
  };
}

/** What a subscriber of this protocol gets. */
export function textFor(message: Message, protocol: string): string {
  return message.texts[protocol] ?? message.texts.default ?? "";
}

function sizeOf(message: string, attributes: Readonly<Record<string, MessageAttribute>>): number {
  const parts = Object.entries(attributes).flatMap(([name, { type, value }]) => [name, type, value]);
  return [message, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

function checkAttribute(name: string, { type, value }: MessageAttribute): void {
  if (!/^(String|Number|Binary)(\.|$)/.test(type)) {
    const reason = `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
    throw snsError("ParameterValueInvalid", reason);
  }
  if (value === "") {
    const reason = `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`;
    throw snsError("ParameterValueInvalid", reason);
  }
  if (type.startsWith("Number") && Number.isNaN(Number(value))) {
    throw snsError("ParameterValueInvalid", `Could not cast message attribute '${name}' value to number.`);
  }
}

function checkFifo({ messageGroupId, messageDeduplicationId }: PublishInput, topic: TopicSettings): void {
  if (!isFifo(topic.arn)) return;
  if (messageGroupId === undefined)
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  if (messageDeduplicationId === undefined && !topic.contentBasedDeduplication) {
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
}

export function isFifo(topicArn: string): boolean {
  return topicArn.endsWith(".fifo");
}

function readTexts(message: string): Record<string, string> {
  const texts = parse(message);
  if (typeof texts !== "object" || texts === null || !("default" in texts)) {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  // SNS takes no notice of entries that are no text.
  return Object.fromEntries(
    Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch (error) {
    throw invalidParameter("Message Structure - JSON message body failed to parse", error);
  }
}
