/// <reference path="../.sst/platform/config.d.ts" />
import { createHash } from "node:crypto";

/** Who hears of alarms, of videos that failed, and of money: `TELECINE_ALERT_EMAILS=ops@example.com,lead@example.com`. */
export const alertEmails = readEmails("TELECINE_ALERT_EMAILS");

/** Who hears of each video that became ready: `TELECINE_COMPLETION_EMAILS`. */
export const completionEmails = readEmails("TELECINE_COMPLETION_EMAILS");

/** Each address gets a message with a link, and hears nothing until it has followed it. */
export function subscribeByEmail(name: string, topic: sst.aws.SnsTopic, emails: readonly string[]): void {
  for (const endpoint of emails) {
    const mark = createHash("sha256").update(endpoint).digest("hex").slice(0, 8);
    new aws.sns.TopicSubscription(`${name}Email${mark}`, { topic: topic.arn, protocol: "email", endpoint });
  }
}

function readEmails(variable: string): string[] {
  const emails = (process.env[variable] ?? "").split(/[,\s]+/).filter(Boolean);
  const wrong = emails.find((email) => !/^[^@\s;]+@[\w-]+(\.[\w-]+)+$/.test(email));
  if (wrong !== undefined)
    throw new Error(
      `${variable} holds "${wrong}", which is no email address. Separate addresses with commas.`,
    );
  return [...new Set(emails)];
}
