import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

/** What topics say, from the moment it was opened. */
export interface Listener {
  /** The messages' own texts, in the order of their arrival. */
  readonly messages: readonly string[];
  close(): Promise<void>;
}

interface Notification {
  readonly Message: string;
  readonly SubscribeURL?: string;
}

/** Listens as a web server of this machine, which the topics must be able to reach. */
export async function listenByHttp(sns: SNSClient, topics: readonly string[]): Promise<Listener> {
  const messages: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { SubscribeURL, Message } = JSON.parse(Buffer.concat(chunks).toString()) as Notification;
      if (SubscribeURL) void fetch(SubscribeURL);
      else messages.push(Message);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await subscribe(sns, topics, "http", `http://127.0.0.1:${port}/`);
  return {
    messages,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Listens from anywhere, by a queue that is made for it and gone after it. */
export async function listenByQueue(
  sns: SNSClient,
  sqs: SQSClient,
  topics: readonly string[],
): Promise<Listener> {
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `telecine-acceptance-${randomUUID()}`,
      Attributes: policyFor(topics),
    }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const subscriptions = await subscribe(sns, topics, "sqs", Attributes?.QueueArn ?? "");
  const messages: string[] = [];
  const stop = new AbortController();
  const reading = read(sqs, QueueUrl, messages, stop.signal);
  return {
    messages,
    close: async () => {
      stop.abort();
      await reading;
      for (const SubscriptionArn of subscriptions)
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

async function subscribe(
  sns: SNSClient,
  topics: readonly string[],
  protocol: string,
  endpoint: string,
): Promise<string[]> {
  const arns: string[] = [];
  for (const TopicArn of topics) {
    const { SubscriptionArn = "" } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: protocol, Endpoint: endpoint }),
    );
    arns.push(SubscriptionArn);
  }
  return arns;
}

/** A new queue's name is not known before, so its policy names no queue: it is this queue's own. */
function policyFor(topics: readonly string[]): Record<string, string> {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: "*",
    Condition: { ArnEquals: { "aws:SourceArn": topics } },
  };
  return { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) };
}

async function read(
  sqs: SQSClient,
  QueueUrl: string,
  messages: string[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { Messages = [] } = await sqs
      .send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 }), {
        abortSignal: signal,
      })
      .catch((error: unknown) => {
        if (signal.aborted) return { Messages: [] };
        throw error;
      });
    for (const { Body = "", ReceiptHandle } of Messages) {
      messages.push((JSON.parse(Body) as Notification).Message);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
