import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "../../aws/clock.ts";
import { type Database, openDatabase } from "../../aws/database.ts";
import { createOutbox, type Outbox, OUTBOX_SCHEMA } from "../../aws/outbox.ts";
import type { Log } from "../../aws/request.ts";
import { deliver } from "./delivery/deliver.ts";
import type { Addresses } from "./envelope.ts";
import { invalidParameter, snsError } from "./error.ts";
import { createPublished, type Published, PUBLISHED_SCHEMA } from "./published.ts";
import { openSigning } from "./signing.ts";
import { createSubscriptions, type Subscriptions, SUBSCRIPTION_SCHEMA } from "./subscriptions.ts";
import type { TopicSettings } from "./types.ts";

export interface SnsOptions {
  /** Where subscriptions, messages on their way, the record of all messages and the mailbox lie. */
  readonly dir: string;
  readonly region: string;
  readonly accountId: string;
  readonly log: Log;
  /** Where subscribers reach this SNS, for links in messages. */
  readonly endpointUrl: string;
  /** Hands an event to a function. Resolves when the function has it for good; a rejection is tried again later. */
  invokeFunction(functionArn: string, payload: string): Promise<void>;
  readonly clock?: Clock;
}

/** What every operation works with. */
export interface Core {
  readonly options: SnsOptions;
  readonly clock: Clock;
  readonly database: Database;
  /** The topics that are declared, by ARN. */
  readonly topics: Map<string, TopicSettings>;
  readonly subscriptions: Subscriptions;
  readonly published: Published;
  readonly outbox: Outbox;
  readonly addresses: Addresses;
  /** Where mails lie, one file each. */
  readonly mailbox: string;
}

const DELIVERIES_AT_ONCE = 16;
const FIRST_RETRY_MS = 1000;
/** HTTP endpoints are given up after 50 attempts, functions after a day of them. */
const RETRIES = {
  http: { longestMs: 20_000, attempts: 50 },
  lambda: { longestMs: 60_000, attempts: 24 * 60 },
};

export function openCore(options: SnsOptions): Core {
  const { dir, log, endpointUrl } = options;
  const clock = options.clock ?? systemClock;
  const mailbox = join(dir, "mailbox");
  mkdirSync(mailbox, { recursive: true, mode: 0o700 });
  const database = openDatabase(
    join(dir, "sns.sqlite"),
    SUBSCRIPTION_SCHEMA + PUBLISHED_SCHEMA + OUTBOX_SCHEMA,
  );
  const subscriptions = createSubscriptions(database);
  const outbox = createOutbox({
    database,
    clock,
    log,
    source: "sns",
    concurrency: DELIVERIES_AT_ONCE,
    deliver: (delivery) => deliver(core, delivery),
    retryDelayMs: (failures, target) => retryDelayMs(failures, subscriptions.find(target)?.protocol ?? ""),
  });
  const core: Core = {
    options,
    clock,
    database,
    topics: new Map(),
    subscriptions,
    published: createPublished(database, dir),
    outbox,
    addresses: { endpointUrl, signing: openSigning(dir) },
    mailbox,
  };
  return core;
}

function retryDelayMs(failures: number, protocol: string): number | undefined {
  const { longestMs, attempts } = protocol.startsWith("http") ? RETRIES.http : RETRIES.lambda;
  return failures >= attempts ? undefined : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), longestMs);
}

/** The declaration of a topic. Throws InvalidParameter for what is no ARN, NotFound for a topic that is not declared. */
export function topicOf(core: Core, arn: string | null | undefined): TopicSettings {
  if (arn === null || arn === undefined || arn === "") {
    throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
  }
  if (!arn.startsWith("arn:")) throw invalidParameter(`TopicArn Reason: ${arn} does not start with arn`);
  const parts = arn.split(":").length;
  if (parts < 6)
    throw invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts}`);
  const topic = core.topics.get(arn);
  if (!topic) throw snsError("NotFound", "Topic does not exist");
  return topic;
}
