import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Database } from "../../aws/database.ts";
import type { Protocol, Subscription, SubscriptionAttributes } from "./types.ts";

export const SUBSCRIPTION_SCHEMA = `
  CREATE TABLE IF NOT EXISTS subscription (
    arn TEXT PRIMARY KEY, topic_arn TEXT NOT NULL, protocol TEXT NOT NULL, endpoint TEXT NOT NULL,
    is_declared INTEGER NOT NULL, is_confirmed INTEGER NOT NULL, token TEXT NOT NULL, attributes TEXT NOT NULL
  ) STRICT;`;

interface Row {
  readonly arn: string;
  readonly topic_arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly is_declared: number;
  readonly is_confirmed: number;
  readonly token: string;
  readonly attributes: string;
}

export interface Subscriptions {
  find(arn: string): Subscription | undefined;
  ofEndpoint(topicArn: string, protocol: string, endpoint: string): Subscription | undefined;
  ofToken(topicArn: string, token: string): Subscription | undefined;
  /** Those of one topic, or all. */
  list(topicArn?: string): Subscription[];
  /** Adds one that somebody asked for; the same endpoint has only one. */
  add(
    subscription: Pick<Subscription, "topicArn" | "protocol" | "endpoint" | "isConfirmed" | "attributes">,
  ): Subscription;
  /** Adds one of the infrastructure, whose ARN is the same at each start. */
  declare(
    subscription: Pick<Subscription, "topicArn" | "protocol" | "endpoint" | "isConfirmed" | "attributes">,
  ): Subscription;
  confirm(arn: string): void;
  setAttributes(arn: string, attributes: SubscriptionAttributes): void;
  remove(arn: string): void;
}

/** Subscriptions that the infrastructure declared at an earlier start, and no longer does, are not seen. */
export function createSubscriptions(database: Database): Subscriptions {
  const declared = new Set<string>();
  const isAlive = (row: Row) => row.is_declared === 0 || declared.has(row.arn);
  const many = (condition: string, ...parameters: string[]) =>
    database
      .query<Row>(`SELECT * FROM subscription WHERE ${condition} ORDER BY rowid`)
      .all(...parameters)
      .filter(isAlive)
      .map(fromRow);
  const insert = (arn: string, isDeclared: boolean, added: Parameters<Subscriptions["add"]>[0]) => {
    // A declared one keeps what it has confirmed, and takes over what is declared now.
    const sql = `INSERT INTO subscription (arn, topic_arn, protocol, endpoint, is_declared, is_confirmed, token, attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (arn) DO UPDATE SET attributes = excluded.attributes`;
    const { topicArn, protocol, endpoint, isConfirmed, attributes } = added;
    const token = randomBytes(64).toString("hex");
    database
      .query(sql)
      .run(
        arn,
        topicArn,
        protocol,
        endpoint,
        isDeclared ? 1 : 0,
        isConfirmed ? 1 : 0,
        token,
        JSON.stringify(attributes),
      );
    const [subscription] = many("arn = ?", arn);
    if (!subscription) throw new Error(`The subscription ${arn} was not written.`);
    return subscription;
  };
  return {
    find: (arn) => many("arn = ?", arn)[0],
    ofEndpoint: (...identity) => many("topic_arn = ? AND protocol = ? AND endpoint = ?", ...identity)[0],
    ofToken: (topicArn, token) => many("topic_arn = ? AND token = ?", topicArn, token)[0],
    list: (topicArn) => (topicArn === undefined ? many("true") : many("topic_arn = ?", topicArn)),
    add: (added) => insert(`${added.topicArn}:${randomUUID()}`, false, added),
    declare(added) {
      const arn = `${added.topicArn}:${stableUuid(`${added.topicArn}\0${added.protocol}\0${added.endpoint}`)}`;
      declared.add(arn);
      return insert(arn, true, added);
    },
    confirm: (arn) => void database.query("UPDATE subscription SET is_confirmed = 1 WHERE arn = ?").run(arn),
    setAttributes(arn, attributes) {
      database
        .query("UPDATE subscription SET attributes = ? WHERE arn = ?")
        .run(JSON.stringify(attributes), arn);
    },
    remove: (arn) => void database.query("DELETE FROM subscription WHERE arn = ?").run(arn),
  };
}

function fromRow(row: Row): Subscription {
  return {
    arn: row.arn,
    topicArn: row.topic_arn,
    protocol: row.protocol as Protocol,
    endpoint: row.endpoint,
    isConfirmed: row.is_confirmed === 1,
    token: row.token,
    attributes: JSON.parse(row.attributes) as SubscriptionAttributes,
  };
}

function stableUuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
