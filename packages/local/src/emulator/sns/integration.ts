import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../../aws/service.ts";
import { writeXml } from "../../aws/xml.ts";
import { type Integration, TaskError } from "../states/integration.ts";
import type { PublishInput, PublishOutput } from "./types.ts";

/** `sns:publish` of Step Functions. https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html */

const Attribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.coerce.string().optional(),
  BinaryValue: z.string().optional(),
});

const Parameters = z.strictObject({
  TopicArn: z.string().optional(),
  TargetArn: z.string().optional(),
  /** An object is sent as its JSON text. */
  Message: z.unknown(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: z.record(z.string(), Attribute).optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
});

/** @param publish throws an AwsError, which the state meets by the name that Step Functions gives it. */
export function snsIntegration(publish: (input: PublishInput) => PublishOutput): Integration {
  return {
    async call(parameters) {
      const parsed = Parameters.safeParse(parameters);
      if (!parsed.success)
        throw new TaskError("SNS.InvalidParameterException", z.prettifyError(parsed.error), {
          cause: parsed.error,
        });
      const requestId = randomUUID();
      try {
        return respond(publish(readInput(parsed.data)), requestId);
      } catch (error) {
        throw error instanceof AwsError ? toTaskError(error, requestId) : error;
      }
    },
    interrupted: () =>
      new TaskError("SNS.SdkClientException", "The machine was stopped before SNS had answered."),
  };
}

function readInput(parameters: z.infer<typeof Parameters>): PublishInput {
  const { Message, MessageAttributes = {} } = parameters;
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => {
      return [name, { type: DataType, value: StringValue ?? BinaryValue ?? "" }] as const;
    },
  );
  return {
    topicArn: parameters.TopicArn ?? parameters.TargetArn ?? "",
    message: textOf(Message),
    subject: parameters.Subject,
    messageStructure: parameters.MessageStructure,
    messageAttributes: Object.fromEntries(attributes),
    messageGroupId: parameters.MessageGroupId,
    messageDeduplicationId: parameters.MessageDeduplicationId,
  };
}

function textOf(message: unknown): string {
  if (typeof message === "string") return message;
  return message === undefined ? "" : JSON.stringify(message);
}

/** `NotFound` of SNS is `SNS.NotFoundException` to a state machine. */
function toTaskError(error: AwsError, requestId: string): TaskError {
  const name = error.code === "ParameterValueInvalid" ? "InvalidParameterValue" : error.code;
  const source = `Service: AmazonSNS; Status Code: ${error.statusCode}; Error Code: ${error.code}; Request ID: ${requestId}; Proxy: null`;
  return new TaskError(`SNS.${name}Exception`, `${error.message} (${source})`, { cause: error });
}

function respond({ messageId, sequenceNumber }: PublishOutput, requestId: string): Record<string, unknown> {
  const result = { MessageId: messageId, SequenceNumber: sequenceNumber };
  const content = { PublishResult: result, ResponseMetadata: { RequestId: requestId } };
  const headers = {
    "x-amzn-RequestId": requestId,
    connection: "keep-alive",
    "Content-Length": String(
      Buffer.byteLength(writeXml("PublishResponse", content, "http://sns.amazonaws.com/doc/2010-03-31/")),
    ),
    Date: new Date().toUTCString(),
    "Content-Type": "text/xml",
  };
  return {
    MessageId: messageId,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
  };
}
