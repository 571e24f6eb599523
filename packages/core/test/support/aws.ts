import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NoSuchUpload,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  type ExecutionStatus,
} from "@aws-sdk/client-sfn";
import { createHash } from "node:crypto";
import { vi } from "vitest";

const $metadata = {};

interface FakeObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
}

export interface FakeBucket {
  readonly objects: Map<string, FakeObject>;
  readonly uploads: Map<string, string>;
  put(key: string, body: string | Buffer): FakeObject;
  text(key: string): string;
  /** The keys under a prefix. */
  keys(prefix: string): string[];
}

type Handler = (input: never) => object;

/** A bucket in memory behind the SDK's S3 client. Presigning is the SDK's own and asks nobody. */
export function fakeBucket(): FakeBucket {
  const objects = new Map<string, FakeObject>();
  const uploads = new Map<string, string>();
  const headersOf = new Map<string, Partial<PutObjectCommand["input"]>>();
  const sentParts = new Map<string, Map<number, Buffer>>();
  const partsOf = (uploadId: string) => {
    const parts = sentParts.get(uploadId) ?? new Map<number, Buffer>();
    sentParts.set(uploadId, parts);
    return parts;
  };
  const put = (
    key: string,
    body: string | Buffer,
    input: Partial<PutObjectCommand["input"]> = {},
  ): FakeObject => {
    const bytes = Buffer.from(body);
    const etag = createHash("md5").update(bytes).digest("hex");
    const object = { body: bytes, etag, contentType: input.ContentType, cacheControl: input.CacheControl };
    objects.set(key, object);
    return object;
  };
  const get = (key: string | undefined): FakeObject => {
    const object = objects.get(key ?? "");
    if (!object) throw new NoSuchKey({ $metadata, message: "The specified key does not exist." });
    return object;
  };

  const handlers = new Map<unknown, Handler>([
    [
      HeadObjectCommand,
      ({ Key }: HeadObjectCommand["input"]) => {
        const object = objects.get(Key ?? "");
        if (!object) throw new NotFound({ $metadata, message: "NotFound" });
        return { ContentLength: object.body.length, ETag: `"${object.etag}"` };
      },
    ],
    [
      GetObjectCommand,
      ({ Key, Range, IfMatch }: GetObjectCommand["input"]) => {
        const { body, etag } = get(Key);
        if (IfMatch !== undefined && IfMatch !== `"${etag}"`) {
          throw new S3ServiceException({ $metadata, name: "PreconditionFailed", $fault: "client" });
        }
        const [, first = "0", last = String(body.length)] = /^bytes=(\d+)-(\d+)$/.exec(Range ?? "") ?? [];
        const part = body.subarray(Number(first), Number(last) + 1);
        return {
          Body: {
            transformToString: async () => part.toString(),
            transformToByteArray: async () => new Uint8Array(part),
          },
        };
      },
    ],
    [
      PutObjectCommand,
      (input: PutObjectCommand["input"]) => put(input.Key ?? "", input.Body as string, input),
    ],
    [
      ListObjectsV2Command,
      ({ Prefix = "", ContinuationToken }: ListObjectsV2Command["input"]) => {
        const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
        const from = Number(ContinuationToken ?? 0);
        const page = keys.slice(from, from + 1000);
        const NextContinuationToken = from + 1000 < keys.length ? String(from + 1000) : undefined;
        return {
          Contents: page.map((Key) => ({ Key, Size: objects.get(Key)?.body.length })),
          NextContinuationToken,
        };
      },
    ],
    [
      DeleteObjectsCommand,
      ({ Delete }: DeleteObjectsCommand["input"]) => {
        for (const { Key } of Delete?.Objects ?? []) objects.delete(Key ?? "");
        return {};
      },
    ],
    [
      CreateMultipartUploadCommand,
      ({ Key, ContentType, CacheControl }: CreateMultipartUploadCommand["input"]) => {
        const UploadId = `upload-${uploads.size + 1}`;
        uploads.set(UploadId, Key ?? "");
        headersOf.set(UploadId, { ContentType, CacheControl });
        return { UploadId };
      },
    ],
    [
      UploadPartCommand,
      ({ UploadId = "", PartNumber = 0, Body }: UploadPartCommand["input"]) => {
        const bytes = Buffer.from(Body as Uint8Array);
        partsOf(UploadId).set(PartNumber, bytes);
        return { ETag: `"${createHash("md5").update(bytes).digest("hex")}"` };
      },
    ],
    [
      CompleteMultipartUploadCommand,
      ({ UploadId = "", Key = "", MultipartUpload }: CompleteMultipartUploadCommand["input"]) => {
        if (!uploads.delete(UploadId)) throw new NoSuchUpload({ $metadata, message: "gone" });
        if (MultipartUpload?.Parts?.some(({ ETag }) => ETag === "wrong")) {
          uploads.set(UploadId, Key);
          throw new S3ServiceException({
            $metadata,
            name: "InvalidPart",
            $fault: "client",
            message: "part 1",
          });
        }
        const numbers = (MultipartUpload?.Parts ?? []).map(({ PartNumber = 0 }) => PartNumber);
        const sent = numbers.flatMap((number) => partsOf(UploadId).get(number) ?? []);
        // What is sent to a URL does not come by here.
        put(
          Key,
          sent.length > 0 ? Buffer.concat(sent) : JSON.stringify(MultipartUpload?.Parts),
          headersOf.get(UploadId),
        );
        return {};
      },
    ],
    [
      AbortMultipartUploadCommand,
      ({ UploadId = "" }: AbortMultipartUploadCommand["input"]) => {
        if (!uploads.delete(UploadId)) throw new NoSuchUpload({ $metadata, message: "gone" });
        return {};
      },
    ],
  ]);
  answer(S3Client.prototype, handlers);
  return {
    objects,
    uploads,
    put: (key, body) => put(key, body),
    text: (key) => get(key).body.toString(),
    keys: (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
}

export interface FakeWorkflow {
  /** The status of each execution, by its name. */
  readonly executions: Map<string, ExecutionStatus>;
  /** How many executions were asked for, whether they were taken or not. */
  starts(): number;
  /** Makes the next calls fail, as when the service is away. */
  breakDown(): void;
  recover(): void;
}

/** Step Functions behind the SDK's client: names are taken once. */
export function fakeWorkflow(): FakeWorkflow {
  const executions = new Map<string, ExecutionStatus>();
  let starts = 0;
  let broken = false;
  const nameOf = (arn: string | undefined) => arn?.split(":").at(-1) ?? "";
  const find = (arn: string | undefined) => {
    const status = executions.get(nameOf(arn));
    if (!status) throw new ExecutionDoesNotExist({ $metadata, message: "none" });
    return status;
  };
  const handlers = new Map<unknown, Handler>([
    [
      StartExecutionCommand,
      ({ name = "", stateMachineArn = "" }: StartExecutionCommand["input"]) => {
        starts += 1;
        if (broken) throw new Error("Step Functions is away.");
        if (executions.has(name)) throw new ExecutionAlreadyExists({ $metadata, message: "taken" });
        executions.set(name, "RUNNING");
        return { executionArn: `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}` };
      },
    ],
    [
      StopExecutionCommand,
      ({ executionArn }: StopExecutionCommand["input"]) => {
        find(executionArn);
        executions.set(nameOf(executionArn), "ABORTED");
        return {};
      },
    ],
    [
      DescribeExecutionCommand,
      ({ executionArn }: DescribeExecutionCommand["input"]) => ({ status: find(executionArn) }),
    ],
  ]);
  answer(SFNClient.prototype, handlers);
  return {
    executions,
    starts: () => starts,
    breakDown() {
      broken = true;
    },
    recover() {
      broken = false;
    },
  };
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: never;
}

function answer(prototype: object, handlers: Map<unknown, Handler>): void {
  vi.spyOn(prototype as { send: (command: Command) => Promise<object> }, "send").mockImplementation(
    async (command) => {
      const handler = handlers.get(command.constructor);
      if (!handler) throw new Error(`No test stands in for ${command.constructor.name}.`);
      return handler(command.input);
    },
  );
}
