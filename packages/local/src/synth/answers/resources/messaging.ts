import { arn, physicalName, text, uuid } from "../context.ts";
import { type Answerer, byArn, configures, named, plain } from "./builders.ts";

/** Topics, queues, schedules and state machines. */
export const MESSAGING: Readonly<Record<string, Answerer>> = {
  "aws:sns/topic:Topic": byArn("sns", ""),
  "aws:sns/topicPolicy:TopicPolicy": configures("arn"),
  "aws:sns/topicSubscription:TopicSubscription": (subscription) => {
    const value = `${text(subscription, "topic")}:${uuid(subscription)}`;
    return { id: value, attributes: { arn: value } };
  },
  "aws:sqs/queue:Queue": (queue) => {
    const name = physicalName(queue);
    const url = `https://sqs.${queue.region}.amazonaws.com/${queue.accountId}/${name}`;
    return { id: url, attributes: { arn: arn(queue, "sqs", name), url } };
  },
  "aws:sqs/queuePolicy:QueuePolicy": configures("queueUrl"),
  "aws:sfn/stateMachine:StateMachine": byArn("states", "stateMachine:"),
  "aws:cloudwatch/eventRule:EventRule": named("events", "rule/"),
  "aws:cloudwatch/eventTarget:EventTarget": plain("target"),
};
