import { createVerify, X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { openSns } from "../../src/emulator/sns/sns.ts";
import { ACCOUNT, collectLog, fakeClock, REGION, temporaryFolder } from "../aws/endpoint.ts";
import { raw } from "../aws/raw.ts";
import { until } from "../machine.ts";
import { FUNCTION, type Rig, startSubscriber, startTopic, TOPIC } from "./topic.ts";

const publish = ({ client }: Rig, more = {}) =>
  client.send(new PublishCommand({ TopicArn: TOPIC, Message: "hello", ...more }));
const subscribe = ({ client }: Rig, Protocol: string, Endpoint: string, Attributes = {}) =>
  client.send(
    new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true }),
  );

type Fields = Record<string, string>;

/** Verifies a message as AWS documents it: the certificate from its URL, the fields in alphabetical order. */
async function isGenuine(fields: Fields): Promise<boolean> {
  const certificate = new X509Certificate((await raw(fields.SigningCertURL ?? "")).body);
  const names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const text = names
    .flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`]))
    .join("");
  const verify = createVerify(fields.SignatureVersion === "2" ? "RSA-SHA256" : "RSA-SHA1").update(text);
  return verify.verify(certificate.publicKey, fields.Signature ?? "", "base64");
}

test("a function gets the event that Lambda gets from SNS", async () => {
  await using rig = await startTopic();
  const { SubscriptionArn } = await subscribe(rig, "lambda", FUNCTION);
  const { MessageId } = await publish(rig, {
    MessageAttributes: { a: { DataType: "String", StringValue: "b" } },
  });
  await until("the function is invoked", () => rig.invoked.length === 1);
  expect(rig.invoked).toEqual([
    {
      arn: FUNCTION,
      event: {
        Records: [
          {
            EventSource: "aws:sns",
            EventVersion: "1.0",
            EventSubscriptionArn: SubscriptionArn,
            Sns: {
              Type: "Notification",
              MessageId,
              TopicArn: TOPIC,
              Subject: null,
              Message: "hello",
              Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
              SignatureVersion: "1",
              Signature: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/) as string,
              SigningCertUrl: `${rig.endpoint.url}/SimpleNotificationService-local.pem`,
              UnsubscribeUrl: expect.stringContaining("?Action=Unsubscribe&SubscriptionArn=arn") as string,
              MessageAttributes: { a: { Type: "String", Value: "b" } },
            },
          },
        ],
      },
    },
  ]);
});

test("an HTTP endpoint is asked first, gets signed messages after it has confirmed, and none after it left", async () => {
  await using rig = await startTopic();
  await using subscriber = await startSubscriber();
  const { SubscriptionArn = "" } = await subscribe(rig, "http", subscriber.url);
  await publish(rig, { Message: "before it confirmed" });
  await until("the endpoint is asked", () => subscriber.received.length === 1);
  const question = JSON.parse(subscriber.received[0]?.body ?? "") as Fields;
  expect(subscriber.received[0]?.headers).toMatchObject({
    "x-amz-sns-message-type": "SubscriptionConfirmation",
    "x-amz-sns-topic-arn": TOPIC,
  });
  expect(question).toMatchObject({
    Type: "SubscriptionConfirmation",
    TopicArn: TOPIC,
    Token: expect.stringMatching(/^[0-9a-f]+$/) as string,
  });
  expect(await isGenuine(question)).toBe(true);

  expect((await raw(question.SubscribeURL ?? "")).body).toContain(`<SubscriptionArn>${SubscriptionArn}<`);
  await publish(rig, { Subject: "S" });
  await until("the message arrives", () => subscriber.received.length === 2);
  const message = JSON.parse(subscriber.received[1]?.body ?? "") as Fields;
  expect(subscriber.received[1]?.headers).toMatchObject({
    "content-type": "text/plain; charset=UTF-8",
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": message.MessageId,
    "x-amz-sns-subscription-arn": SubscriptionArn,
  });
  expect(message).toMatchObject({ Type: "Notification", Subject: "S", Message: "hello" });
  expect(await isGenuine(message)).toBe(true);
  expect(await isGenuine({ ...message, Message: "changed" })).toBe(false);

  await raw(message.UnsubscribeURL ?? "");
  await publish(rig);
  await until("nothing waits", () => rig.sns.pendingDeliveries() === 0);
  expect(subscriber.received).toHaveLength(2);
});

test("a topic can sign with SHA-256", async () => {
  await using rig = await startTopic();
  await using subscriber = await startSubscriber();
  rig.sns.putTopic({ arn: TOPIC, signatureVersion: "2" });
  await subscribe(rig, "http", subscriber.url);
  await until("the endpoint is asked", () => subscriber.received.length === 1);
  const question = JSON.parse(subscriber.received[0]?.body ?? "") as Fields;
  expect(question.SignatureVersion).toBe("2");
  expect(await isGenuine(question)).toBe(true);
});

test("an endpoint that wants it raw gets the message alone", async () => {
  await using rig = await startTopic();
  await using subscriber = await startSubscriber();
  await subscribe(rig, "http", subscriber.url, { RawMessageDelivery: "true" });
  await until("the endpoint is asked", () => subscriber.received.length === 1);
  const { Token } = JSON.parse(subscriber.received[0]?.body ?? "") as Fields;
  await rig.client.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }));
  await publish(rig, { Message: '{"a":1}' });
  await until("the message arrives", () => subscriber.received.length === 2);
  expect(subscriber.received[1]).toMatchObject({
    body: '{"a":1}',
    headers: { "x-amz-sns-rawdelivery": "true" },
  });
});

test("an endpoint that is down gets the message later; one that refuses it does not", async () => {
  const clock = fakeClock();
  await using rig = await startTopic({ clock });
  const answers = [200, 503, 429, 200, 404];
  await using subscriber = await startSubscriber(() => answers.shift() ?? 200);
  await subscribe(rig, "http", subscriber.url);
  await until("the endpoint is asked", () => subscriber.received.length === 1);
  const { Token } = JSON.parse(subscriber.received[0]?.body ?? "") as Fields;
  await rig.client.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }));
  const warnings = () => rig.entries.filter(({ level }) => level === "warn").length;
  await publish(rig);
  await until("the first attempt failed", () => warnings() === 1);
  clock.advance(1000);
  await until("the second attempt failed", () => warnings() === 2);
  clock.advance(2000);
  await until("the message is accepted", () => rig.sns.pendingDeliveries() === 0);
  expect(subscriber.received).toHaveLength(4);
  await publish(rig, { Message: "unwanted" });
  await until("it is given up", () =>
    rig.entries.some(({ level, message }) => level === "error" && message.includes("404")),
  );
  expect(rig.sns.pendingDeliveries()).toBe(0);
});

test("only messages that a subscription's filter wants are delivered, by attributes or by body", async () => {
  await using rig = await startTopic();
  const { SubscriptionArn } = await subscribe(rig, "lambda", FUNCTION, {
    FilterPolicy: '{"kind":["error"]}',
  });
  const kind = (StringValue: string) => ({
    MessageAttributes: { kind: { DataType: "String", StringValue } },
  });
  await publish(rig, { Message: "1", ...kind("error") });
  await publish(rig, { Message: "2", ...kind("info") });
  await publish(rig, { Message: "3" });
  const set = (AttributeName: string, AttributeValue: string) =>
    rig.client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  await set("FilterPolicyScope", "MessageBody");
  await publish(rig, { Message: '{"kind":"error","n":4}' });
  await publish(rig, { Message: '{"kind":"info"}' });
  await set("FilterPolicy", "");
  await publish(rig, { Message: "5" });
  await until("three are delivered", () => rig.invoked.length === 3);
  const messages = rig.invoked.map(
    ({ event }) => (event.Records as { Sns: { Message: string } }[])[0]?.Sns.Message,
  );
  expect(messages.sort()).toEqual(["1", "5", '{"kind":"error","n":4}'].sort());
  await expect(set("FilterPolicy", "{")).rejects.toMatchObject({ name: "InvalidParameterException" });
  await expect(set("Color", "red")).rejects.toMatchObject({ name: "InvalidParameterException" });
});

test("mails lie in the mailbox, one file each, with what a person needs to read them", async () => {
  await using rig = await startTopic();
  rig.sns.putTopic({ arn: TOPIC, displayName: "Weather" });
  rig.sns.putSubscription({ topicArn: TOPIC, protocol: "email", endpoint: "me@example.com" });
  rig.sns.putSubscription({ topicArn: TOPIC, protocol: "email-json", endpoint: "machine@example.com" });
  await publish(rig, {
    Subject: "Storm",
    Message: '{"default":"Wind","email":"Dear reader"}',
    MessageStructure: "json",
  });
  await until("both mails are there", () => rig.sns.pendingDeliveries() === 0);
  const files = await readdir(rig.sns.mailbox);
  const mails = await Promise.all(files.map((file) => readFile(join(rig.sns.mailbox, file), "utf8")));
  const [text = "", json = ""] = mails.sort(
    (a, b) => Number(a.includes("machine@")) - Number(b.includes("machine@")),
  );
  expect(text).toContain(
    'From: "Weather" <no-reply@sns.amazonaws.com>\nTo: me@example.com\nSubject: Storm\n',
  );
  expect(text).toContain("\n\nDear reader\n\n--\n");
  expect(JSON.parse(json.split("\n\n").slice(1).join("\n\n"))).toMatchObject({
    Message: "Wind",
    Subject: "Storm",
  });
  expect(rig.entries.map(({ message }) => message)).toContain("A mail to me@example.com: Storm");
});

test("an address that somebody subscribed is asked by mail first", async () => {
  await using rig = await startTopic();
  const { SubscriptionArn } = await subscribe(rig, "email", "you@example.com");
  await publish(rig);
  await until("the question is there", async () => (await readdir(rig.sns.mailbox)).length === 1);
  const [file = ""] = await readdir(rig.sns.mailbox);
  const link =
    /^http:\S+ConfirmSubscription\S+$/m.exec(await readFile(join(rig.sns.mailbox, file), "utf8"))?.[0] ?? "";
  expect((await raw(link)).body).toContain(SubscriptionArn);
  await publish(rig);
  await until("the mail is there", async () => (await readdir(rig.sns.mailbox)).length === 2);
});

test("subscriptions can be listed, looked at and ended; the same endpoint has only one", async () => {
  await using rig = await startTopic();
  const first = await subscribe(rig, "lambda", FUNCTION);
  expect(await subscribe(rig, "lambda", FUNCTION)).toMatchObject({ SubscriptionArn: first.SubscriptionArn });
  await expect(subscribe(rig, "lambda", FUNCTION, { RawMessageDelivery: "true" })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  const pending = new SubscribeCommand({
    TopicArn: TOPIC,
    Protocol: "http",
    Endpoint: "http://127.0.0.1:9/",
  });
  expect((await rig.client.send(pending)).SubscriptionArn).toBe("pending confirmation");
  const described = [
    {
      SubscriptionArn: first.SubscriptionArn,
      Owner: ACCOUNT,
      Protocol: "lambda",
      Endpoint: FUNCTION,
      TopicArn: TOPIC,
    },
    {
      SubscriptionArn: "PendingConfirmation",
      Owner: ACCOUNT,
      Protocol: "http",
      Endpoint: "http://127.0.0.1:9/",
      TopicArn: TOPIC,
    },
  ];
  expect((await rig.client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual(described);
  expect(
    (await rig.client.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).Subscriptions,
  ).toEqual(described);
  const { SubscriptionArn } = first;
  const { Attributes } = await rig.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({
    SubscriptionArn,
    PendingConfirmation: "false",
    RawMessageDelivery: "false",
    Protocol: "lambda",
  });
  await rig.client.send(new UnsubscribeCommand({ SubscriptionArn }));
  await expect(rig.client.send(new UnsubscribeCommand({ SubscriptionArn }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("what nobody here takes messages for is refused by its name, declared or asked for", async () => {
  await using rig = await startTopic();
  const queue = `arn:aws:sqs:${REGION}:${ACCOUNT}:q`;
  await expect(subscribe(rig, "sqs", queue)).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringContaining('"sqs"') as string,
  });
  expect(() => {
    rig.sns.putSubscription({ topicArn: TOPIC, protocol: "sqs", endpoint: queue });
  }).toThrow('"sqs"');
  await expect(subscribe(rig, "pigeon", "x")).rejects.toMatchObject({ name: "InvalidParameterException" });
  await expect(subscribe(rig, "http", "ftp://x")).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});

test("a delivery that was under way at the end goes out after the next start, to who is still declared", async () => {
  await using folder = await temporaryFolder();
  const { log } = collectLog();
  const options = {
    dir: folder.path,
    region: REGION,
    accountId: ACCOUNT,
    log,
    endpointUrl: "http://127.0.0.1:9",
  };
  const first = await openSns({ ...options, invokeFunction: () => new Promise<void>(() => undefined) });
  first.putTopic({ arn: TOPIC });
  for (const name of ["kept", "gone"])
    first.putSubscription({ topicArn: TOPIC, protocol: "lambda", endpoint: `${FUNCTION}-${name}` });
  await first.resume();
  await first.publish({ topicArn: TOPIC, message: "hello" });
  await first.close();

  const invoked: string[] = [];
  const second = await openSns({ ...options, invokeFunction: async (arn) => void invoked.push(arn) });
  second.putTopic({ arn: TOPIC });
  second.putSubscription({ topicArn: TOPIC, protocol: "lambda", endpoint: `${FUNCTION}-kept` });
  await second.resume();
  await until("nothing waits", () => second.pendingDeliveries() === 0);
  expect(invoked).toEqual([`${FUNCTION}-kept`]);
  await second.close();
});

test("an endpoint that the infrastructure declares confirms once, and is known after a restart", async () => {
  await using folder = await temporaryFolder();
  await using subscriber = await startSubscriber();
  const { log } = collectLog();
  const options = {
    dir: folder.path,
    region: REGION,
    accountId: ACCOUNT,
    log,
    endpointUrl: "http://127.0.0.1:9",
    invokeFunction: async () => undefined,
  };
  const declare = async () => {
    const sns = await openSns(options);
    sns.putTopic({ arn: TOPIC });
    sns.putSubscription({ topicArn: TOPIC, protocol: "http", endpoint: subscriber.url });
    await sns.resume();
    return sns;
  };
  const first = await declare();
  await until("the endpoint is asked", () => subscriber.received.length === 1);
  const { Token = "" } = JSON.parse(subscriber.received[0]?.body ?? "") as Fields;
  await first.service.operations.ConfirmSubscription?.(
    new URLSearchParams({ TopicArn: TOPIC, Token }),
    undefined,
  );
  await first.close();
  const second = await declare();
  await second.publish({ topicArn: TOPIC, message: "hello" });
  await until("the message arrives", () => subscriber.received.length === 2);
  expect(JSON.parse(subscriber.received[1]?.body ?? "")).toMatchObject({
    Type: "Notification",
    Message: "hello",
  });
  await second.close();
});
