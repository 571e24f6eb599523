import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { raw } from "../aws/raw.ts";
import { until } from "../machine.ts";
import { blobsOf, BUCKET, type Rig, startBucket } from "./bucket.ts";

let rig: Rig;
let client: S3Client;

beforeAll(async () => {
  rig = await startBucket();
  client = rig.client;
});

afterAll(() => rig[Symbol.asyncDispose]());

const Bucket = BUCKET;
const put = (Key: string, Body: string | Buffer, more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more = {}) => client.send(new GetObjectCommand({ Bucket, Key, ...more }));
const read = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString();

test("an object comes back with its bytes, type, headers and metadata", async () => {
  const attributes = {
    ContentType: "text/plain; charset=utf-8",
    CacheControl: "max-age=60",
    ContentDisposition: 'attachment; filename="a.txt"',
    ContentEncoding: "identity",
    ContentLanguage: "en",
    Expires: new Date("2027-01-01T00:00:00Z"),
    Metadata: { author: "me", "with-dash": "a=b" },
  };
  const { ETag, ChecksumCRC32 } = await put("whole", "hello", attributes);
  const { Expires: _, ...kept } = attributes;
  for (const answer of [
    await get("whole"),
    await client.send(new HeadObjectCommand({ Bucket, Key: "whole" })),
  ]) {
    expect(answer).toMatchObject({
      ...kept,
      ExpiresString: "Fri, 01 Jan 2027 00:00:00 GMT",
      ETag,
      ContentLength: 5,
      AcceptRanges: "bytes",
    });
  }
  expect(ETag).toBe(`"${createHash("md5").update("hello").digest("hex")}"`);
  expect(Buffer.from(ChecksumCRC32 ?? "", "base64").readUInt32BE()).toBe(crc32("hello"));
  expect(await read("whole")).toBe("hello");
});

test("an empty object is whole", async () => {
  await put("empty", Buffer.alloc(0));
  const answer = await get("empty");
  expect(answer).toMatchObject({ ContentLength: 0, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' });
  expect(await answer.Body?.transformToString()).toBe("");
});

test("an overwritten or deleted object leaves nothing on the disk", async () => {
  await using other = await startBucket();
  const put = (Body: string) => other.client.send(new PutObjectCommand({ Bucket, Key: "k", Body }));
  await put("first");
  await put("second");
  await until("the first body is gone", async () => (await blobsOf(other)).length === 1);
  const { Body } = await other.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
  expect(await Body?.transformToString()).toBe("second");
  await other.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await until("the second body is gone", async () => (await blobsOf(other)).length === 0);
});

test("a reader who has begun gets the whole object, even when it is deleted meanwhile", async () => {
  await using other = await startBucket();
  const data = Buffer.alloc(11_000_000, "of many parts ");
  await new Upload({
    client: other.client,
    params: { Bucket, Key: "k", Body: data },
    partSize: 5_242_880,
  }).done();
  const stream = other.s3.readObject({ bucket: Bucket, key: "k", header: () => undefined }).open();
  await other.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await expect(other.client.send(new HeadObjectCommand({ Bucket, Key: "k" }))).rejects.toMatchObject({
    name: "NotFound",
  });
  expect(Buffer.concat((await stream.toArray()) as Buffer[]).equals(data)).toBe(true);
  await until("its files are gone when it has been read", async () => (await blobsOf(other)).length === 0);
});

test("a missing key, bucket or version is the SDK's own error", async () => {
  await expect(get("missing")).rejects.toMatchObject({
    name: "NoSuchKey",
    $metadata: { httpStatusCode: 404 },
  });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: "missing" }))).rejects.toMatchObject({
    name: "NotFound",
  });
  await expect(client.send(new GetObjectCommand({ Bucket: "nowhere", Key: "a" }))).rejects.toMatchObject({
    name: "NoSuchBucket",
  });
  await put("there", "x");
  await expect(get("there", { VersionId: "none" })).rejects.toMatchObject({ name: "NoSuchVersion" });
});

test.each([
  ["bytes=0-3", "0123", "bytes 0-3/10"],
  ["bytes=4-", "456789", "bytes 4-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=8-100", "89", "bytes 8-9/10"],
])("the range %s is answered with exactly those bytes", async (Range, text, ContentRange) => {
  await put("digits", "0123456789");
  const answer = await get("digits", { Range });
  expect(answer).toMatchObject({
    ContentRange,
    ContentLength: text.length,
    $metadata: { httpStatusCode: 206 },
  });
  expect(await answer.Body?.transformToString()).toBe(text);
});

test("a range outside the object says how long it is", async () => {
  await put("digits", "0123456789");
  await expect(get("digits", { Range: "bytes=10-" })).rejects.toMatchObject({
    name: "InvalidRange",
    $metadata: { httpStatusCode: 416 },
    $response: { headers: { "content-range": "bytes */10" } },
  });
});

test("a reader's conditions are kept", async () => {
  const { ETag } = await put("conditional", "x");
  const { LastModified = new Date() } = await get("conditional", { IfMatch: ETag });
  await expect(get("conditional", { IfMatch: '"other"' })).rejects.toMatchObject({
    name: "PreconditionFailed",
  });
  for (const condition of [{ IfNoneMatch: ETag }, { IfModifiedSince: LastModified }]) {
    await expect(get("conditional", condition)).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  }
  const before = new Date(LastModified.getTime() - 1000);
  await expect(get("conditional", { IfUnmodifiedSince: before })).rejects.toMatchObject({
    name: "PreconditionFailed",
  });
});

test("a signed reader chooses the headers of the answer", async () => {
  await put("chosen", "x", { ContentType: "text/plain" });
  const answer = await get("chosen", {
    ResponseContentType: "image/png",
    ResponseContentDisposition: 'attachment; filename="x.png"',
    ResponseCacheControl: "no-store",
  });
  expect(answer).toMatchObject({
    ContentType: "image/png",
    ContentDisposition: 'attachment; filename="x.png"',
    CacheControl: "no-store",
  });
  const unwritable = get("chosen", { ResponseContentDisposition: "漢" });
  await expect(unwritable).rejects.toMatchObject({ name: "InvalidArgument" });
});

test("only one of many writers who want to be first succeeds", async () => {
  const writers = Array.from({ length: 8 }, (_, index) =>
    put("first", `writer ${index}`, { IfNoneMatch: "*" }),
  );
  const results = await Promise.allSettled(writers);
  const refused = results.filter((result) => result.status === "rejected");
  expect(refused).toHaveLength(7);
  for (const { reason } of refused) expect(reason).toMatchObject({ name: "PreconditionFailed" });
});

test("a writer who names the version it has read replaces that one and no other", async () => {
  const { ETag: first } = await put("guarded", "1");
  const { ETag: second } = await put("guarded", "2", { IfMatch: first });
  await expect(put("guarded", "3", { IfMatch: first })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(put("unguarded", "3", { IfMatch: second })).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await read("guarded")).toBe("2");
});

test.each([
  ["ChecksumCRC32", "AAAAAA==", "BadDigest"],
  ["ChecksumCRC32C", "AAAAAA==", "BadDigest"],
  ["ChecksumCRC64NVME", "AAAAAAAAAAA=", "BadDigest"],
  ["ChecksumSHA1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BadDigest"],
  ["ChecksumSHA256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BadDigest"],
  ["ChecksumSHA256", "AAAA", "InvalidRequest"],
  ["ContentMD5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest"],
  ["ContentMD5", "AAAA", "InvalidDigest"],
])("a body that does not match its %s of %s leaves no object (%s)", async (name, value, code) => {
  await expect(put("mismatch", "hello", { [name]: value })).rejects.toMatchObject({ name: code });
  await expect(get("mismatch")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
  "a %s is verified, kept, and verified again by the client that reads",
  async (ChecksumAlgorithm) => {
    const answer = await put(`checked-${ChecksumAlgorithm}`, "hello", { ChecksumAlgorithm });
    const value = answer[`Checksum${ChecksumAlgorithm}`];
    expect(value).toMatch(/=$/);
    const back = await get(`checked-${ChecksumAlgorithm}`, { ChecksumMode: "ENABLED" });
    expect(back[`Checksum${ChecksumAlgorithm}`]).toBe(value);
    expect(back.ChecksumType).toBe("FULL_OBJECT");
    expect(await back.Body?.transformToString()).toBe("hello");
  },
);

test("a streamed body comes in chunks with its checksum behind it, of which nothing is kept", async () => {
  const streaming = new S3Client(rig.endpoint.config);
  let form: string | undefined;
  streaming.middlewareStack.add(
    (next) => (args) => {
      form = (args.request as { headers: Record<string, string> }).headers["x-amz-content-sha256"];
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const Body = Readable.from([Buffer.alloc(100_000, "a"), Buffer.alloc(100_000, "b")]);
  const answer = await streaming.send(
    new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 200_000 }),
  );
  expect(form).toBe("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  expect(await read("stream")).toBe("a".repeat(100_000) + "b".repeat(100_000));
  const back = await client.send(new HeadObjectCommand({ Bucket, Key: "stream", ChecksumMode: "ENABLED" }));
  expect([back.ContentEncoding, back.ChecksumCRC32]).toEqual([undefined, answer.ChecksumCRC32]);
});

test("a body that is not the one that was signed leaves no object", async () => {
  const tampered = new S3Client({ ...rig.endpoint.config, requestChecksumCalculation: "WHEN_REQUIRED" });
  tampered.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { headers: Record<string, string>; body: unknown };
      expect(request.headers["x-amz-content-sha256"]).toBe(
        createHash("sha256").update("hello").digest("hex"),
      );
      request.body = "hullo";
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const changed = tampered.send(new PutObjectCommand({ Bucket, Key: "tampered", Body: "hello" }));
  await expect(changed).rejects.toMatchObject({ name: "XAmzContentSHA256Mismatch" });
  await expect(get("tampered")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test.each([
  [
    "another checksum behind it than its own",
    "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
    "BadDigest",
  ],
  ["none behind it, though it was announced", "5\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
  ["fewer bytes than announced", "4\r\nhell\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "IncompleteBody"],
])("a body in chunks with %s leaves no object", async (_, body, code) => {
  await rig.s3.putBucket({
    name: "open",
    policy: { Statement: { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" } },
  });
  const headers = {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": "5",
    "x-amz-trailer": "x-amz-checksum-crc32",
    "content-encoding": "aws-chunked",
  };
  expect(await raw(`${rig.endpoint.url}/open/k`, { method: "PUT", headers, body })).toMatchObject({
    status: 400,
    code,
  });
  expect(rig.s3.listObjects("open", "")).toEqual([]);
});

test("a reader who leaves in the middle disturbs nobody", async () => {
  await put("long", Buffer.alloc(20_000_000));
  const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "long" }));
  await new Promise<void>((resolve) => {
    const request = httpRequest(url, (response) => {
      response.once("data", () => request.destroy());
      response.on("error", () => undefined);
    });
    request
      .on("error", () => undefined)
      .on("close", () => {
        resolve();
      });
    request.end();
  });
  expect(await read("whole")).toBe("hello");
  expect([...rig.logged, ...rig.endpoint.entries]).toEqual([]);
});

test("an object whose file somebody removed is cut off, not passed off as whole, and the log says why", async () => {
  await using other = await startBucket();
  await other.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "hello" }));
  await rm(join(other.folder, "blobs"), { recursive: true });
  const url = await getSignedUrl(other.client, new GetObjectCommand({ Bucket, Key: "k" }));
  await expect(raw(url)).rejects.toMatchObject({ code: "ECONNRESET" });
  const messages = other.endpoint.entries.map(({ message }) => message);
  expect(messages).toEqual([expect.stringContaining("ENOENT")]);
});

test("a copy has the bytes and attributes of its source, or new attributes when asked to", async () => {
  const CopySource = `${Bucket}/copy%20source%2B`;
  await put("copy source+", "hello", { ContentType: "text/plain", Metadata: { a: "1" }, Tagging: "t=1" });
  const copied = await client.send(new CopyObjectCommand({ Bucket, Key: "copied", CopySource }));
  expect(copied.CopyObjectResult?.ETag).toBe((await get("copied")).ETag);
  expect(await get("copied")).toMatchObject({ ContentType: "text/plain", Metadata: { a: "1" }, TagCount: 1 });
  const replaced = { MetadataDirective: "REPLACE", ContentType: "text/html", Metadata: { b: "2" } } as const;
  await client.send(new CopyObjectCommand({ Bucket, Key: "replaced", CopySource, ...replaced }));
  expect(await get("replaced")).toMatchObject({ ContentType: "text/html", Metadata: { b: "2" } });
  await client.send(new DeleteObjectCommand({ Bucket, Key: "copy source+" }));
  expect([await read("copied"), await read("replaced")]).toEqual(["hello", "hello"]);
});

test("a copy onto itself changes attributes, and is refused when it would change nothing", async () => {
  const copy = { Bucket, Key: "self", CopySource: `${Bucket}/self` };
  await put("self", "hello", { Metadata: { a: "1" } });
  await expect(client.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: "InvalidRequest" });
  await client.send(new CopyObjectCommand({ ...copy, MetadataDirective: "REPLACE", Metadata: { a: "2" } }));
  expect((await get("self")).Metadata).toEqual({ a: "2" });
  expect(await read("self")).toBe("hello");
});

test("a copy keeps the conditions on its source", async () => {
  const { ETag } = await put("source", "x");
  const copy = (more: object) =>
    client.send(new CopyObjectCommand({ Bucket, Key: "target", CopySource: `${Bucket}/source`, ...more }));
  await expect(copy({ CopySourceIfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(copy({ CopySourceIfNoneMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(copy({ CopySource: `${Bucket}/none` })).rejects.toMatchObject({ name: "NoSuchKey" });
  await copy({ CopySourceIfMatch: ETag });
});

test("deleting is possible twice, and many at once, quietly or with a report", async () => {
  for (const Key of ["d1", "d2", "d3"]) await put(Key, "x");
  const remove = new DeleteObjectCommand({ Bucket, Key: "d1" });
  expect((await client.send(remove)).$metadata.httpStatusCode).toBe(204);
  expect((await client.send(remove)).$metadata.httpStatusCode).toBe(204);
  const many = (Quiet: boolean, ...keys: string[]) =>
    client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Quiet, Objects: keys.map((Key) => ({ Key })) } }),
    );
  expect((await many(false, "d2", "none")).Deleted).toEqual([{ Key: "d2" }, { Key: "none" }]);
  expect((await many(true, "d3")).Deleted).toBeUndefined();
  await expect(get("d3")).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("tags are set with the object or later, counted, and bounded", async () => {
  await put("tagged", "x", { Tagging: "a=1&b=two%20words" });
  const tags = async () => (await client.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet;
  expect(await tags()).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "two words" },
  ]);
  await client.send(
    new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet: [{ Key: "c", Value: "<&>" }] } }),
  );
  expect(await tags()).toEqual([{ Key: "c", Value: "<&>" }]);
  const TagSet = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
  const tooMany = new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet } });
  await expect(client.send(tooMany)).rejects.toMatchObject({ name: "InvalidTag" });
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "tagged" }));
  expect(await tags()).toEqual([]);
});

test("metadata beyond 2 KB is refused", async () => {
  await expect(put("fat", "x", { Metadata: { a: "x".repeat(2048) } })).rejects.toMatchObject({
    name: "MetadataTooLarge",
  });
});

test("buckets are those that were declared, in their region", async () => {
  await using other = await startBucket();
  const { Buckets } = await other.client.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("eu-north-1");
  await expect(client.send(new HeadBucketCommand({ Bucket: "nowhere" }))).rejects.toMatchObject({
    name: "NotFound",
  });
  expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe("eu-north-1");
});

test("a bucket belongs to the account, and a caller who expects another owner is refused", async () => {
  await put("owned", "x", { ExpectedBucketOwner: "123456789012" });
  await expect(get("owned", { ExpectedBucketOwner: "999999999999" })).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("a stand-in stores, lists, reads and deletes objects without HTTP", async () => {
  const { s3 } = rig;
  await s3.putObject({
    bucket: Bucket,
    key: "site/a.html",
    body: Buffer.from("<p>"),
    contentType: "text/html",
    cacheControl: "no-cache",
  });
  expect(await get("site/a.html")).toMatchObject({ ContentType: "text/html", CacheControl: "no-cache" });
  expect(s3.listObjects(Bucket, "site/").map(({ key, sizeBytes }) => ({ key, sizeBytes }))).toEqual([
    { key: "site/a.html", sizeBytes: 3 },
  ]);
  const headers: Record<string, string> = { range: "bytes=1-1" };
  const answer = s3.readObject({ bucket: Bucket, key: "site/a.html", header: (name) => headers[name] });
  expect(answer).toMatchObject({
    statusCode: 206,
    headers: { "content-type": "text/html", "content-length": 1 },
  });
  expect(Buffer.concat(await answer.open().toArray()).toString()).toBe("p");
  await s3.deleteObject(Bucket, "site/a.html");
  expect(s3.listObjects(Bucket, "site/")).toEqual([]);
});
