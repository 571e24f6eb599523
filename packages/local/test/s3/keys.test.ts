import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { raw } from "../aws/raw.ts";
import { BUCKET as Bucket, startBucket } from "./bucket.ts";

/** Keys that have broken S3 servers: each a legal key. */
const KEYS = [
  "plain.txt",
  "with blank",
  "plus+sign",
  "percent%",
  "escaped%2Fslash",
  "double%252F",
  "..",
  "../../../etc/passwd",
  "a/../b",
  "a/./b",
  ".",
  "/leading",
  "//double//slashes//",
  "trailing/",
  "-dash",
  "--version",
  "new\nline",
  "carriage\rreturn",
  "tab\t",
  "quote'\"`",
  "<xml>&amp;]]>",
  "a?b=c#d",
  "?versionId=x",
  "ünïcödé",
  "ü decomposed",
  "漢字/🎬.mp4",
  "\u{10ffff}",
  "semi;colon,comma:at@!$&()*=~",
  "back\\slash",
  "constructor",
  "__proto__",
  "k".repeat(1024),
  "ü".repeat(512),
  `${"d/".repeat(511)}xy`,
];

test("every legal key can be put, read, headed, listed, copied, presigned and deleted, and stays itself", async () => {
  await using rig = await startBucket();
  const { client } = rig;
  for (const [index, Key] of KEYS.entries()) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: `body ${index}` }));
  }
  for (const [index, Key] of KEYS.entries()) {
    const body = `body ${index}`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString(), Key).toBe(body);
    expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength, Key).toBe(body.length);
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }));
    expect((await raw(url)).body, Key).toBe(body);
    const CopySource = `${Bucket}/${Key.split("/").map(encodeURIComponent).join("/")}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    const copy = await client.send(new GetObjectCommand({ Bucket, Key: "copy" }));
    expect(await copy.Body?.transformToString(), Key).toBe(body);
  }
  await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "copy" }] } }));

  const listed = await client.send(new ListObjectsV2Command({ Bucket }));
  const inUtf8Order = [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(inUtf8Order);
  const encoded = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
  const decoded = encoded.Contents?.map(({ Key = "" }) => decodeURIComponent(Key.replaceAll("+", " ")));
  expect(decoded).toEqual(inUtf8Order);

  const Objects = KEYS.map((Key) => ({ Key }));
  const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Errors).toBeUndefined();
  expect(Deleted?.map(({ Key }) => Key)).toEqual(KEYS);
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});

test("keys never reach the file system", async () => {
  await using rig = await startBucket();
  const Key = "../../escaped";
  await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  const files = await readdir(rig.folder, { recursive: true });
  expect(files.filter((name) => name.includes("escaped"))).toEqual([]);
  expect(files.filter((name) => /^blobs\/[0-9a-f]{2}\/[0-9a-f-]{36}$/.test(name))).toHaveLength(1);
});

test("random keys of every kind of character stay themselves", async () => {
  await using rig = await startBucket();
  const { client } = rig;
  const keys = Array.from({ length: 200 }, (_, index) => randomKey(index));
  await Promise.all(keys.map((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
  for (const Key of keys) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe(Key);
  }
  const listed = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
  const decoded = listed.Contents?.map(({ Key = "" }) => decodeURIComponent(Key.replaceAll("+", " ")));
  expect(decoded).toEqual([...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

/** The same keys each time: from the digest of a number. */
function randomKey(seed: number): string {
  const ranges = [
    [0x20, 0x7e],
    [0x01, 0x1f],
    [0xa0, 0x7ff],
    [0x800, 0xd7ff],
    [0xe000, 0xfffd],
    [0x10000, 0x10ffff],
  ] as const;
  const bytes = createHash("sha512").update(String(seed)).digest();
  const length = 1 + (seed % 20);
  const points = Array.from({ length }, (_, index) => {
    const value = bytes.readUInt16BE(index * 3) * 256 + bytes.readUInt8(index * 3 + 2);
    const [first, last] = ranges[value % ranges.length] ?? ranges[0];
    return first + (value % (last - first + 1));
  });
  return String.fromCodePoint(...points);
}

test("a key of more than 1,024 bytes, of no valid UTF-8, or with a NUL is refused", async () => {
  await using rig = await startBucket();
  const { client, endpoint } = rig;
  const put = (Key: string) => client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  await expect(put("k".repeat(1025))).rejects.toMatchObject({ name: "KeyTooLongError" });
  await expect(put("a\0b")).rejects.toMatchObject({ name: "InvalidURI" });
  const invalid = await raw(`${endpoint.url}/${Bucket}/%ff`);
  expect([invalid.status, invalid.code]).toEqual([400, "InvalidURI"]);
});
