import { ofType, type Resource } from "../synth/graph.ts";
import type { Emulator } from "./emulator.ts";
import { openSns, type SubscriptionSettings, type TopicSettings } from "./sns/sns.ts";

const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** SNS: the declared topics and subscriptions. What is published is kept in a file for each topic, too. */
export const topics: Emulator = {
  label: "topics",
  types: [TOPIC, SUBSCRIPTION],
  async start(graph, machine) {
    const { region, accountId, log, endpointUrl, services } = machine;
    const sns = await openSns({
      dir: machine.state.folder("sns"),
      region,
      accountId,
      log,
      endpointUrl,
      // Functions start after the topics, and are there when a message is.
      invokeFunction: (arn, payload) => services.get("functions").invokeAsync(arn, payload),
    });
    for (const topic of ofType(graph, TOPIC)) sns.putTopic(topicSettings(topic));
    for (const subscription of ofType(graph, SUBSCRIPTION))
      sns.putSubscription(subscriptionSettings(subscription));
    services.provide("sns", sns);
    return { ready: () => sns.resume(), stop: () => sns.close() };
  },
};

function topicSettings({ outputs, inputs }: Resource): TopicSettings {
  const { displayName, contentBasedDeduplication, signatureVersion } = inputs as {
    displayName?: string;
    contentBasedDeduplication?: boolean;
    signatureVersion?: number;
  };
  return {
    arn: outputs.arn as string,
    ...(displayName && { displayName }),
    ...(contentBasedDeduplication && { contentBasedDeduplication }),
    ...(signatureVersion === 2 && { signatureVersion: "2" as const }),
  };
}

function subscriptionSettings({ inputs }: Resource): SubscriptionSettings {
  const { topic, protocol, endpoint, rawMessageDelivery, filterPolicy, filterPolicyScope, redrivePolicy } =
    inputs as {
      topic: string;
      protocol: string;
      endpoint: string;
      rawMessageDelivery?: boolean;
      filterPolicy?: string;
      filterPolicyScope?: "MessageAttributes" | "MessageBody";
      redrivePolicy?: string;
    };
  return {
    topicArn: topic,
    protocol,
    endpoint,
    ...(rawMessageDelivery && { rawMessageDelivery }),
    ...(filterPolicy && { filterPolicy }),
    ...(filterPolicyScope && { filterPolicyScope }),
    ...(redrivePolicy && { redrivePolicy }),
  };
}
