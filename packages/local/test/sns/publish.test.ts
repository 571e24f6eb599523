import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  GetTopicAttributesCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
} from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { until } from "../machine.ts";
import { FUNCTION, startTopic, TOPIC } from "./topic.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function recordOf(folder: string, name = "news"): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(folder, `${name}.jsonl`), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("what was published can be read in the topic's file, in order", async () => {
  await using rig = await startTopic();
  const MessageAttributes = {
    kind: { DataType: "String", StringValue: "a&b" },
    raw: { DataType: "Binary", BinaryValue: Buffer.from([1, 255]) },
  };
  const { MessageId } = await rig.client.send(
    new PublishCommand({ TopicArn: TOPIC, Subject: "Hi", Message: "two\nlines ü", MessageAttributes }),
  );
  await rig.client.send(new PublishCommand({ TargetArn: TOPIC, Message: "second" }));
  expect(MessageId).toMatch(UUID);
  expect(await recordOf(rig.folder)).toEqual([
    expect.objectContaining({
      messageId: MessageId,
      topicArn: TOPIC,
      subject: "Hi",
      message: "two\nlines ü",
      attributes: { kind: { type: "String", value: "a&b" }, raw: { type: "Binary", value: "Af8=" } },
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    }),
    expect.objectContaining({ message: "second" }),
  ]);
});

test("a message that SNS refuses is the SDK's own exception, and is not recorded", async () => {
  await using rig = await startTopic();
  const publish = (input: object) =>
    rig.client.send(new PublishCommand({ TopicArn: TOPIC, Message: "x", ...input }));
  await expect(publish({ TopicArn: `${TOPIC}-2` })).rejects.toMatchObject({
    name: "NotFoundException",
    message: "Topic does not exist",
    $metadata: { httpStatusCode: 404 },
  });
  await expect(publish({ TopicArn: "news" })).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid parameter: TopicArn Reason: news does not start with arn",
  });
  await expect(publish({ Message: "x".repeat(262_145) })).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid parameter: Message too long",
  });
  await expect(publish({ TopicArn: undefined, PhoneNumber: "+1555" })).rejects.toMatchObject({
    name: "NotImplemented",
  });
  await expect(recordOf(rig.folder)).rejects.toMatchObject({ code: "ENOENT" });
});

test("of a batch each message stands for itself", async () => {
  await using rig = await startTopic();
  const batch = (...entries: { Id: string; Message: string; Subject?: string }[]) =>
    rig.client.send(new PublishBatchCommand({ TopicArn: TOPIC, PublishBatchRequestEntries: entries }));
  const answer = await batch(
    { Id: "a", Message: "1" },
    { Id: "b", Message: "2", Subject: "x\ny" },
    { Id: "c", Message: "3" },
  );
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["a", "c"]);
  expect(answer.Failed).toEqual([
    { Id: "b", Code: "InvalidParameter", Message: "Invalid parameter: Subject", SenderFault: true },
  ]);
  expect((await recordOf(rig.folder)).map(({ message }) => message)).toEqual(["1", "3"]);
  await expect(batch({ Id: "a", Message: "1" }, { Id: "a", Message: "2" })).rejects.toMatchObject({
    name: "BatchEntryIdsNotDistinctException",
  });
  const many = Array.from({ length: 11 }, (_, index) => ({ Id: `i${index}`, Message: "x" }));
  await expect(batch(...many)).rejects.toMatchObject({ name: "TooManyEntriesInBatchRequestException" });
});

test("a FIFO topic numbers its messages and takes the same one once", async () => {
  await using rig = await startTopic();
  const TopicArn = `${TOPIC}.fifo`;
  rig.sns.putTopic({ arn: TopicArn, contentBasedDeduplication: true });
  const publish = (Message: string, more = {}) =>
    rig.client.send(new PublishCommand({ TopicArn, Message, MessageGroupId: "g", ...more }));
  const first = await publish("a");
  const again = await publish("a");
  const second = await publish("a", { MessageDeduplicationId: "another" });
  expect(first.SequenceNumber).toMatch(/^\d{20}$/);
  expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
  expect(BigInt(second.SequenceNumber ?? 0) > BigInt(first.SequenceNumber ?? 0)).toBe(true);
  expect(await recordOf(rig.folder, "news.fifo")).toHaveLength(2);
});

test("topics are those that were declared, with their settings", async () => {
  await using rig = await startTopic();
  rig.sns.putTopic({ arn: `${TOPIC}-b`, displayName: "News", policy: "{}" });
  expect((await rig.client.send(new ListTopicsCommand({}))).Topics).toEqual([
    { TopicArn: TOPIC },
    { TopicArn: `${TOPIC}-b` },
  ]);
  rig.sns.putSubscription({ topicArn: `${TOPIC}-b`, protocol: "lambda", endpoint: FUNCTION });
  const { Attributes } = await rig.client.send(new GetTopicAttributesCommand({ TopicArn: `${TOPIC}-b` }));
  expect(Attributes).toMatchObject({
    TopicArn: `${TOPIC}-b`,
    DisplayName: "News",
    Policy: "{}",
    SubscriptionsConfirmed: "1",
    Owner: "123456789012",
  });
});

test("a state machine publishes an object as its text and gets SNS's answer", async () => {
  await using rig = await startTopic();
  rig.sns.putSubscription({ topicArn: TOPIC, protocol: "lambda", endpoint: FUNCTION });
  const context = {
    executionArn: "e",
    stateName: "s",
    roleArn: "r",
    taskToken: undefined,
    signal: new AbortController().signal,
  };
  const MessageAttributes = { n: { DataType: "Number", StringValue: 5 } };
  const answer = await rig.sns.integration.call(
    { TopicArn: TOPIC, Subject: "S", Message: { a: [1] }, MessageAttributes },
    context,
  );
  expect(answer).toEqual({
    MessageId: expect.stringMatching(UUID) as string,
    SdkHttpMetadata: {
      AllHttpHeaders: expect.objectContaining({ "Content-Type": ["text/xml"] }) as object,
      HttpHeaders: expect.objectContaining({ "Content-Type": "text/xml" }) as object,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: expect.stringMatching(UUID) as string },
  });
  await until("the function has it", () => rig.invoked.length === 1);
  expect(rig.invoked[0]?.event).toMatchObject({
    Records: [
      {
        Sns: { Message: '{"a":[1]}', Subject: "S", MessageAttributes: { n: { Type: "Number", Value: "5" } } },
      },
    ],
  });
});

test("a state machine meets SNS's errors by the names and causes that it has on AWS", async () => {
  await using rig = await startTopic();
  const context = {
    executionArn: "e",
    stateName: "s",
    roleArn: "r",
    taskToken: undefined,
    signal: new AbortController().signal,
  };
  const call = (parameters: object) => rig.sns.integration.call(parameters, context);
  // The form of the cause is the one that was recorded on AWS.
  await expect(call({ TopicArn: `${TOPIC}-2`, Message: "x" })).rejects.toMatchObject({
    error: "SNS.NotFoundException",
    causeText: expect.stringMatching(
      /^Topic does not exist \(Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    ) as string,
  });
  await expect(call({ TopicArn: TOPIC, Message: "" })).rejects.toMatchObject({
    error: "SNS.InvalidParameterException",
    causeText: expect.stringContaining(
      "Empty message (Service: AmazonSNS; Status Code: 400; Error Code: InvalidParameter;",
    ) as string,
  });
  await expect(call({ TopicArn: TOPIC, Message: "x", Topic: "y" })).rejects.toMatchObject({
    error: "SNS.InvalidParameterException",
    causeText: expect.stringContaining("Topic") as string,
  });
});
