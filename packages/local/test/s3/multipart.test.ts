import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUCKET as Bucket, type Rig, startBucket } from "./bucket.ts";

const MIB = 1024 * 1024;
let rig: Rig;
let client: S3Client;

beforeAll(async () => {
  rig = await startBucket();
  client = rig.client;
});

afterAll(() => rig[Symbol.asyncDispose]());

const begin = async (Key: string, more = {}) =>
  (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId ?? "";
const upload = async (
  Key: string,
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  more = {},
): Promise<CompletedPart> => {
  const answer = await client.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }),
  );
  return { PartNumber, ...(answer.ETag === undefined ? {} : { ETag: answer.ETag }) };
};
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], more = {}) =>
  client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
  );
const read = async (Key: string, more = {}) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const md5 = (data: Buffer) => createHash("md5").update(data).digest();

test("a stream of unknown length arrives whole in parts, with S3's ETag over parts", async () => {
  const data = randomBytes(12 * MIB + 345);
  const params = {
    Bucket,
    Key: "streamed",
    Body: Readable.from(data),
    ContentType: "video/mp4",
    Metadata: { a: "1" },
  };
  const result = await new Upload({ client, params, partSize: 5 * MIB, queueSize: 3 }).done();
  const parts = [data.subarray(0, 5 * MIB), data.subarray(5 * MIB, 10 * MIB), data.subarray(10 * MIB)];
  expect(result.ETag).toBe(`"${md5(Buffer.concat(parts.map(md5))).toString("hex")}-3"`);
  expect(data.equals(await read("streamed"))).toBe(true);
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "streamed" }));
  expect(head).toMatchObject({ ContentType: "video/mp4", Metadata: { a: "1" }, ContentLength: data.length });
});

test("a range across the seams of parts has exactly its bytes, and each part can be read alone", async () => {
  const data = randomBytes(11 * MIB);
  await new Upload({ client, params: { Bucket, Key: "seams", Body: data }, partSize: 5 * MIB }).done();
  for (const [first, last] of [
    [5 * MIB - 1, 5 * MIB],
    [0, 0],
    [5 * MIB, 10 * MIB - 1],
    [3, 11 * MIB - 4],
    [10 * MIB - 1, 11 * MIB - 1],
  ] as const) {
    expect(
      data.subarray(first, last + 1).equals(await read("seams", { Range: `bytes=${first}-${last}` })),
    ).toBe(true);
  }
  const third = await client.send(new GetObjectCommand({ Bucket, Key: "seams", PartNumber: 3 }));
  expect(third).toMatchObject({
    ContentLength: MIB,
    PartsCount: 3,
    ContentRange: `bytes ${10 * MIB}-${11 * MIB - 1}/${11 * MIB}`,
  });
  expect(data.subarray(10 * MIB).equals(Buffer.from((await third.Body?.transformToByteArray()) ?? []))).toBe(
    true,
  );
  await expect(read("seams", { PartNumber: 4 })).rejects.toMatchObject({ name: "InvalidPartNumber" });
});

test("the last upload of a part counts, and parts that are not named are left out", async () => {
  const Key = "chosen";
  const id = await begin(Key);
  await upload(Key, id, 1, Buffer.alloc(5 * MIB, "old"));
  const first = await upload(Key, id, 1, Buffer.alloc(5 * MIB, "a"));
  await upload(Key, id, 2, Buffer.from("left out"));
  const third = await upload(Key, id, 3, Buffer.from("end"));
  await complete(Key, id, [first, third]);
  expect((await read(Key)).equals(Buffer.concat([Buffer.alloc(5 * MIB, "a"), Buffer.from("end")]))).toBe(
    true,
  );
});

test("an upload that is completed wrongly stays open and can still be completed rightly", async () => {
  const Key = "wrong";
  const id = await begin(Key);
  const first = await upload(Key, id, 1, Buffer.alloc(100));
  const second = await upload(Key, id, 2, Buffer.alloc(100));
  const wrong: [CompletedPart[], string][] = [
    [[], "MalformedXML"],
    [[first, second], "EntityTooSmall"],
    [[second, first], "InvalidPartOrder"],
    [[first, first], "InvalidPartOrder"],
    [[{ PartNumber: 1, ETag: '"00000000000000000000000000000000"' }], "InvalidPart"],
    [[{ ...first, PartNumber: 3 }], "InvalidPart"],
  ];
  for (const [parts, name] of wrong) await expect(complete(Key, id, parts)).rejects.toMatchObject({ name });
  await expect(read(Key)).rejects.toMatchObject({ name: "NoSuchKey" });
  await complete(Key, id, [second]);
  expect(await read(Key)).toHaveLength(100);
});

test("a part is bounded in number, and its upload must be open", async () => {
  const id = await begin("bounds");
  for (const number of [0, 10_001]) {
    await expect(upload("bounds", id, number, Buffer.from("x"))).rejects.toMatchObject({
      name: "InvalidArgument",
    });
  }
  await expect(upload("bounds", "nothing", 1, Buffer.from("x"))).rejects.toMatchObject({
    name: "NoSuchUpload",
  });
  await expect(upload("other key", id, 1, Buffer.from("x"))).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("a completed upload is over: it cannot be completed, filled or listed again", async () => {
  const Key = "over";
  const id = await begin(Key);
  const part = await upload(Key, id, 1, Buffer.from("x"));
  await complete(Key, id, [part]);
  await expect(complete(Key, id, [part])).rejects.toMatchObject({ name: "NoSuchUpload" });
  await expect(upload(Key, id, 2, Buffer.from("y"))).rejects.toMatchObject({ name: "NoSuchUpload" });
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
  expect(Uploads).toEqual([]);
});

test("an aborted upload is gone with its parts", async () => {
  const Key = "aborted";
  const UploadId = await begin(Key);
  const part = await upload(Key, UploadId, 1, Buffer.from("x"));
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  await expect(complete(Key, UploadId, [part])).rejects.toMatchObject({ name: "NoSuchUpload" });
  await expect(client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject(
    { name: "NoSuchUpload" },
  );
});

test("open uploads and their parts can be listed in pages", async () => {
  await using other = await startBucket();
  const send = other.client.send.bind(other.client);
  const ids: (string | undefined)[] = [];
  for (const Key of ["x/a", "x/b", "y"]) {
    ids.push(
      (await send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "CRC32" }))).UploadId,
    );
  }
  const first = await send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: "x/b", NextUploadIdMarker: ids[1] });
  const markers = { KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker };
  const second = await send(new ListMultipartUploadsCommand({ Bucket, ...markers }));
  expect(
    [first, second].flatMap(({ Uploads = [] }) => Uploads.map(({ Key, UploadId }) => [Key, UploadId])),
  ).toEqual([
    ["x/a", ids[0]],
    ["x/b", ids[1]],
    ["y", ids[2]],
  ]);
  const folded = await send(new ListMultipartUploadsCommand({ Bucket, Delimiter: "/" }));
  expect([folded.CommonPrefixes, folded.Uploads?.map(({ Key }) => Key)]).toEqual([[{ Prefix: "x/" }], ["y"]]);

  const target = { Bucket, Key: "y", UploadId: ids[2] };
  for (const PartNumber of [1, 5, 9])
    await send(new UploadPartCommand({ ...target, PartNumber, Body: "x".repeat(PartNumber) }));
  const parts = await send(new ListPartsCommand({ ...target, MaxParts: 2 }));
  expect(parts).toMatchObject({
    IsTruncated: true,
    NextPartNumberMarker: "5",
    ChecksumAlgorithm: "CRC32",
    ChecksumType: "COMPOSITE",
  });
  expect(parts.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 1],
    [5, 5],
  ]);
  const rest = await send(new ListPartsCommand({ ...target, PartNumberMarker: parts.NextPartNumberMarker }));
  expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([9]);
});

test("a checksum over the whole is joined from the parts', and compared with the client's", async () => {
  const parts = [Buffer.alloc(5 * MIB, "a"), Buffer.from("end")];
  const whole = Buffer.alloc(4);
  whole.writeUInt32BE(crc32(Buffer.concat(parts)));
  const Key = "whole-checksum";
  const id = await begin(Key, { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
  const done = [];
  for (const [index, part] of parts.entries())
    done.push(await upload(Key, id, index + 1, part, { ChecksumAlgorithm: "CRC32" }));
  const options = { ChecksumType: "FULL_OBJECT", ChecksumCRC32: whole.toString("base64") };
  await expect(complete(Key, id, done, { ...options, ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({
    name: "BadDigest",
  });
  await expect(complete(Key, id, done, { ...options, MpuObjectSize: 1 })).rejects.toMatchObject({
    name: "InvalidRequest",
  });
  const result = await complete(Key, id, done, { ...options, MpuObjectSize: 5 * MIB + 3 });
  expect(result).toMatchObject({ ChecksumCRC32: whole.toString("base64"), ChecksumType: "FULL_OBJECT" });
  // The SDK verifies it against the bytes that it reads.
  expect(await read(Key, { ChecksumMode: "ENABLED" })).toHaveLength(5 * MIB + 3);
});

test("a part of another algorithm than its upload, or with a wrong checksum, is refused", async () => {
  const id = await begin("mixed", { ChecksumAlgorithm: "SHA256" });
  const wrongKind = upload("mixed", id, 1, Buffer.from("x"), { ChecksumAlgorithm: "CRC32" });
  await expect(wrongKind).rejects.toMatchObject({ name: "InvalidRequest" });
  const wrongValue = upload("mixed", id, 1, Buffer.from("x"), { ChecksumSHA256: "A".repeat(43) + "=" });
  await expect(wrongValue).rejects.toMatchObject({ name: "BadDigest" });
  await expect(
    begin("mixed", { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" }),
  ).rejects.toMatchObject({ name: "InvalidRequest" });
});

test("parts can be ranges of other objects, which may be deleted meanwhile", async () => {
  const data = randomBytes(11 * MIB);
  await new Upload({ client, params: { Bucket, Key: "origin", Body: data }, partSize: 5 * MIB }).done();
  const Key = "assembled";
  const UploadId = await begin(Key);
  const CopySource = `${Bucket}/origin`;
  const copy = async (PartNumber: number, CopySourceRange?: string): Promise<CompletedPart> => {
    const input = {
      Bucket,
      Key,
      UploadId,
      PartNumber,
      CopySource,
      ...(CopySourceRange === undefined ? {} : { CopySourceRange }),
    };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand(input));
    return { PartNumber, ETag: CopyPartResult?.ETag };
  };
  const range = [4 * MIB, 9 * MIB + 6] as const;
  const parts = [await copy(1, `bytes=${range[0]}-${range[1]}`), await copy(2)];
  await expect(copy(3, `bytes=0-${data.length}`)).rejects.toMatchObject({ name: "InvalidArgument" });
  await client.send(new PutObjectCommand({ Bucket, Key: "origin", Body: "gone" }));
  await complete(Key, UploadId, parts);
  expect(parts[0]?.ETag).toBe(`"${md5(data.subarray(range[0], range[1] + 1)).toString("hex")}"`);
  expect(Buffer.concat([data.subarray(range[0], range[1] + 1), data]).equals(await read(Key))).toBe(true);
});

test("a copy of an object of parts is one piece, described as such", async () => {
  const data = randomBytes(6 * MIB);
  await new Upload({ client, params: { Bucket, Key: "parts", Body: data }, partSize: 5 * MIB }).done();
  await client.send(new CopyObjectCommand({ Bucket, Key: "piece", CopySource: `${Bucket}/parts` }));
  const answer = await client.send(new GetObjectCommand({ Bucket, Key: "piece", ChecksumMode: "ENABLED" }));
  expect(answer).toMatchObject({ ETag: `"${md5(data).toString("hex")}"`, ChecksumType: "FULL_OBJECT" });
  expect(data.equals(Buffer.from((await answer.Body?.transformToByteArray()) ?? []))).toBe(true);
});
