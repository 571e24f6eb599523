import { describe, expect, it } from "vitest";
import type { Graph, Resource } from "../../synth/graph.ts";
import type { Machine } from "../emulator.ts";
import { eventsOf } from "./events.ts";

const fn = (inputs = {}) =>
  ({
    type: "aws:lambda/function:Function",
    inputs,
    outputs: { name: "fn", arn: "arn:aws:lambda:eu-west-1:123456789012:function:fn" },
  }) as unknown as Resource;
const graph = (config?: object) =>
  ({
    resources: config
      ? [
          {
            type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            inputs: { functionName: "fn", ...config },
          },
        ]
      : [],
  }) as unknown as Graph;

/** A machine that remembers what was sent where. */
function machine() {
  const sent: { target: string; message: string }[] = [];
  const services = {
    queues: { send: async (target: string, message: string) => void sent.push({ target, message }) },
    sns: {
      publish: async ({ topicArn, message }: { topicArn: string; message: string }) =>
        void sent.push({ target: topicArn, message }),
    },
  };
  const get = (name: keyof typeof services) => services[name];
  return { sent, machine: { services: { get } } as unknown as Machine };
}

const QUEUE = "arn:aws:sqs:eu-west-1:123456789012:dead";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:dead";
const failure = { event: '{"a":1}', response: '{"errorType":"Boom"}', invocations: 2 };

describe("an event that a function failed at", () => {
  it("is tried twice more and kept nowhere, unless something is declared", () => {
    expect(eventsOf(fn(), graph(), machine().machine)).toEqual({ retries: 2, keep: undefined });
    expect(eventsOf(fn(), graph({ maximumRetryAttempts: 0 }), machine().machine).retries).toBe(0);
  });

  it("goes to the destination for failures, as Lambda's record of it", async () => {
    const { sent, machine: given } = machine();
    const config = graph({
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destination: QUEUE } },
    });
    await eventsOf(fn(), config, given).keep?.(failure);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.target).toBe(QUEUE);
    expect(JSON.parse(sent[0]?.message ?? "")).toMatchObject({
      version: "1.0",
      requestContext: {
        functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:fn:$LATEST",
        condition: "RetriesExhausted",
        approximateInvokeCount: 2,
      },
      requestPayload: { a: 1 },
      responsePayload: { errorType: "Boom" },
    });
  });

  it("goes to the dead letter target as it came", async () => {
    const { sent, machine: given } = machine();
    await eventsOf(fn({ deadLetterConfig: { targetArn: TOPIC } }), graph(), given).keep?.(failure);
    expect(sent).toEqual([{ target: TOPIC, message: '{"a":1}' }]);
  });

  it("for a target of another kind is an error that names it", async () => {
    const config = graph({
      destinationConfig: { onFailure: { destination: "arn:aws:events:::event-bus/x" } },
    });
    await expect(eventsOf(fn(), config, machine().machine).keep?.(failure)).rejects.toThrow(
      /arn:aws:events:::event-bus\/x/,
    );
  });
});
