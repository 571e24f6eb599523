import type { QueryService } from "../../aws/service.ts";
import type { Integration } from "../states/integration.ts";
import { type Core, openCore, type SnsOptions } from "./core.ts";
import { CERTIFICATE_PATH } from "./envelope.ts";
import { snsIntegration } from "./integration.ts";
import { publishBatchOperation, publishOperation } from "./operation/publish.ts";
import {
  confirmSubscriptionOperation,
  getSubscriptionAttributesOperation,
  listSubscriptionsByTopicOperation,
  listSubscriptionsOperation,
  setSubscriptionAttributesOperation,
  subscribeOperation,
  unsubscribeOperation,
} from "./operation/subscription.ts";
import { getTopicAttributesOperation, listTopicsOperation } from "./operation/topic.ts";
import { publish } from "./publish.ts";
import { declareSubscription } from "./subscribe.ts";
import type { PublishInput, PublishOutput, SubscriptionSettings, TopicSettings } from "./types.ts";

export type { SnsOptions } from "./core.ts";
export type { PublishInput, PublishOutput, SubscriptionSettings, TopicSettings } from "./types.ts";

/** SNS on this machine: the API for the endpoint, `sns:publish` for state machines, and direct calls of other stand-ins. */
export interface Sns {
  readonly service: QueryService;
  readonly integration: Integration;
  /** The folder of mails, one file each. */
  readonly mailbox: string;
  /** Declares a topic. Only declared topics exist; what was published is kept between starts. */
  putTopic(settings: TopicSettings): void;
  /** Declares a subscription to a declared topic. Throws for a protocol that is not offered, such as `sqs`. */
  putSubscription(settings: SubscriptionSettings): void;
  /** Publishes as a service does. Rejects with an AwsError. */
  publish(input: PublishInput): Promise<PublishOutput>;
  /** Begins to deliver, once the functions and servers that subscribe are there. */
  resume(): Promise<void>;
  /** How many deliveries wait for their subscriber. */
  pendingDeliveries(): number;
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 1000;

/** Opens the topics' data. Topics must be declared with `putTopic` before they answer. */
export async function openSns(options: SnsOptions): Promise<Sns> {
  const core = openCore(options);
  return {
    service: createService(core),
    integration: snsIntegration((input) => publish(core, input)),
    mailbox: core.mailbox,
    putTopic: (settings) => void core.topics.set(settings.arn, settings),
    putSubscription: (settings) => void declareSubscription(core, settings),
    publish: async (input) => publish(core, input),
    async resume() {
      core.outbox.start();
    },
    pendingDeliveries: () => core.outbox.size(),
    async close() {
      await core.outbox.close(CLOSE_GRACE_MS);
      core.database.close();
    },
  };
}

function createService(core: Core): QueryService {
  return {
    name: "sns",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    // Links in messages call these.
    anonymous: new Set(["ConfirmSubscription", "Unsubscribe"]),
    operations: {
      Publish: publishOperation(core),
      PublishBatch: publishBatchOperation(core),
      Subscribe: subscribeOperation(core),
      ConfirmSubscription: confirmSubscriptionOperation(core),
      Unsubscribe: unsubscribeOperation(core),
      GetSubscriptionAttributes: getSubscriptionAttributesOperation(core),
      SetSubscriptionAttributes: setSubscriptionAttributesOperation(core),
      ListSubscriptions: listSubscriptionsOperation(core),
      ListSubscriptionsByTopic: listSubscriptionsByTopicOperation(core),
      ListTopics: listTopicsOperation(core),
      GetTopicAttributes: getTopicAttributesOperation(core),
    },
    resource: (_operation, input) =>
      input.get("TopicArn") ?? input.get("TargetArn") ?? input.get("SubscriptionArn") ?? "*",
    async file(path) {
      if (path !== CERTIFICATE_PATH) return undefined;
      return { contentType: "application/x-pem-file", content: await core.addresses.signing.certificate() };
    },
  };
}
