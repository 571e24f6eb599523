import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { notification, subscribeUrl, unsubscribeUrl } from "../envelope.ts";
import { textFor } from "../message.ts";
import type { Core } from "../core.ts";
import { topicName } from "../published.ts";
import type { Subscription, TopicSettings } from "../types.ts";
import type { Deliver, Payload } from "./deliver.ts";

/** Mails go into the mailbox folder, one file each. https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
export const deliverByEmail: Deliver = async (core, payload, subscription, topic) => {
  const { messageId } = payload.message;
  const subject = subjectOf(payload);
  const mail = [
    `From: "${topic.displayName ?? "AWS Notifications"}" <no-reply@sns.amazonaws.com>`,
    `To: ${subscription.endpoint}`,
    `Subject: ${subject}`,
    `Date: ${new Date(payload.message.timestamp).toUTCString()}`,
    `Message-ID: <${messageId}@sns.amazonaws.com>`,
    "MIME-Version: 1.0",
    `Content-Type: ${subscription.protocol === "email-json" ? "application/json" : "text/plain"}; charset=utf-8`,
    "Content-Transfer-Encoding: 8bit",
    "",
    await bodyOf(core, payload, subscription, topic),
    "",
  ].join("\n");
  const name = `${payload.message.timestamp.replace(/[:.]/g, "-")}-${messageId}-${nameOf(subscription)}.eml`;
  const file = join(core.mailbox, name);
  // Whoever looks into the mailbox meets whole mails only.
  const draft = join(core.options.dir, name);
  await writeFile(draft, mail, { mode: 0o600 });
  await rename(draft, file);
  core.options.log({
    level: "info",
    source: "sns",
    message: `A mail to ${subscription.endpoint}: ${subject}`,
    file,
  });
};

function subjectOf(payload: Payload): string {
  if (payload.kind === "confirmation") return "AWS Notification - Subscription Confirmation";
  return payload.message.subject ?? "AWS Notification Message";
}

/** One message may go to several addresses. */
function nameOf({ arn }: Subscription): string {
  return arn.slice(-8);
}

async function bodyOf(
  core: Core,
  payload: Payload,
  subscription: Subscription,
  topic: TopicSettings,
): Promise<string> {
  const { addresses } = core;
  if (payload.kind === "confirmation") {
    return `You have chosen to subscribe to the topic:\n${topic.arn}\n\nTo confirm this subscription, visit the link below:\n${subscribeUrl(subscription, addresses)}`;
  }
  if (subscription.protocol === "email-json") {
    return JSON.stringify(await notification(payload.message, subscription, topic, addresses));
  }
  const text = textFor(payload.message, subscription.protocol);
  return `${text}\n\n--\nIf you wish to stop receiving notifications from the topic ${topicName(topic.arn)}, visit the link below to unsubscribe:\n${unsubscribeUrl(subscription, addresses)}`;
}
