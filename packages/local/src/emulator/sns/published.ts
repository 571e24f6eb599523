import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../../aws/database.ts";
import type { Message } from "./types.ts";

export const PUBLISHED_SCHEMA = `
  CREATE TABLE IF NOT EXISTS deduplication (
    topic_arn TEXT NOT NULL, id TEXT NOT NULL, message_id TEXT NOT NULL, sequence_number TEXT NOT NULL,
    published_at INTEGER NOT NULL, PRIMARY KEY (topic_arn, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sequence (topic_arn TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;`;

/** What FIFO topics remember, and the row of everything that was published. */
export interface Published {
  /** What became of the same message in the last five minutes. */
  duplicateOf(
    topicArn: string,
    deduplicationId: string,
    now: number,
  ): Pick<Message, "messageId" | "sequenceNumber"> | undefined;
  remember(message: Message, deduplicationId: string, now: number): void;
  /** The next number of a topic, 20 digits. */
  nextSequenceNumber(topicArn: string): string;
  /** Adds a line to the topic's file, for people and tests to read. */
  append(message: Message): void;
}

const DEDUPLICATION_MS = 5 * 60 * 1000;
/** FIFO topics begin to count here, so that numbers are of one length. */
const FIRST_SEQUENCE = 10_000_000_000_000_000_000n;

export function createPublished(database: Database, folder: string): Published {
  return {
    duplicateOf(topicArn, deduplicationId, now) {
      const sql = "SELECT * FROM deduplication WHERE topic_arn = ? AND id = ? AND published_at > ?";
      const row = database
        .query<{ message_id: string; sequence_number: string }>(sql)
        .get(topicArn, deduplicationId, now - DEDUPLICATION_MS);
      return row && { messageId: row.message_id, sequenceNumber: row.sequence_number };
    },
    remember({ topicArn, messageId, sequenceNumber }, deduplicationId, now) {
      database.query("DELETE FROM deduplication WHERE published_at <= ?").run(now - DEDUPLICATION_MS);
      const sql = `INSERT OR REPLACE INTO deduplication (topic_arn, id, message_id, sequence_number, published_at)
        VALUES (?, ?, ?, ?, ?)`;
      database.query(sql).run(topicArn, deduplicationId, messageId, sequenceNumber ?? "", now);
    },
    nextSequenceNumber(topicArn) {
      const sql = `INSERT INTO sequence (topic_arn, value) VALUES (?, 1)
        ON CONFLICT (topic_arn) DO UPDATE SET value = value + 1 RETURNING value`;
      const value = database.query<{ value: number }>(sql).get(topicArn)?.value ?? 0;
      return String(FIRST_SEQUENCE + BigInt(value));
    },
    append(message) {
      const { texts, ...fields } = message;
      const { default: text = "", ...others } = texts;
      const line = {
        ...fields,
        message: text,
        ...(Object.keys(others).length > 0 ? { messageByProtocol: others } : {}),
      };
      appendFileSync(join(folder, `${topicName(message.topicArn)}.jsonl`), `${JSON.stringify(line)}\n`, {
        mode: 0o600,
      });
    },
  };
}

export function topicName(topicArn: string): string {
  return topicArn.slice(topicArn.lastIndexOf(":") + 1);
}
