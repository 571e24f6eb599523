import { AwsError, type QueryOperation } from "../../../aws/service.ts";
import type { XmlObject } from "../../../aws/xml.ts";
import type { Core } from "../core.ts";
import { invalidParameter, snsError } from "../error.ts";
import { readItems, readMessageAttributes } from "../form.ts";
import { publish } from "../publish.ts";
import type { PublishInput } from "../types.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export function publishOperation(core: Core): QueryOperation {
  return async (input) => {
    if (input.has("PhoneNumber"))
      throw snsError("NotImplemented", "Text messages to phones are not offered locally.");
    const topicArn = input.get("TopicArn") ?? input.get("TargetArn") ?? "";
    const { messageId, sequenceNumber } = publish(core, readInput(new Map(input), topicArn));
    return { MessageId: messageId, SequenceNumber: sequenceNumber };
  };
}

const MAX_ENTRIES = 10;

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export function publishBatchOperation(core: Core): QueryOperation {
  return async (input) => {
    const entries = readItems(input, "PublishBatchRequestEntries.member");
    const ids = entries.map((entry) => entry.get("Id") ?? "");
    if (entries.length === 0)
      throw snsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
    if (entries.length > MAX_ENTRIES) {
      throw snsError(
        "TooManyEntriesInBatchRequest",
        `The batch request contains more entries than permissible (${MAX_ENTRIES}).`,
      );
    }
    if (new Set(ids).size < ids.length) {
      throw snsError(
        "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.",
      );
    }
    const results = entries.map((entry) => publishEntry(core, entry, input.get("TopicArn") ?? ""));
    return {
      Successful: { member: results.filter((result) => !("Code" in result)) },
      Failed: { member: results.filter((result) => "Code" in result) },
    };
  };
}

function publishEntry(core: Core, entry: ReadonlyMap<string, string>, topicArn: string): XmlObject {
  const Id = entry.get("Id") ?? "";
  try {
    const { messageId, sequenceNumber } = publish(core, readInput(entry, topicArn));
    return { Id, MessageId: messageId, SequenceNumber: sequenceNumber };
  } catch (error) {
    // A missing topic concerns all entries, a bad message only its own.
    if (!(error instanceof AwsError) || error.code === "NotFound") throw error;
    return { Id, Code: error.code, Message: error.message, SenderFault: true };
  }
}

function readInput(fields: ReadonlyMap<string, string>, topicArn: string): PublishInput {
  const message = fields.get("Message");
  if (message === undefined) throw invalidParameter("Message Reason: no value for required parameter");
  return {
    topicArn,
    message,
    subject: fields.get("Subject"),
    messageStructure: fields.get("MessageStructure"),
    messageAttributes: readMessageAttributes(fields),
    messageGroupId: fields.get("MessageGroupId"),
    messageDeduplicationId: fields.get("MessageDeduplicationId"),
  };
}
