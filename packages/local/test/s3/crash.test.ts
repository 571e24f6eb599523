import { Readable } from "node:stream";
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { temporaryFolder } from "../aws/endpoint.ts";
import { until } from "../machine.ts";
import { blobsOf, BUCKET as Bucket } from "./bucket.ts";
import { startProcess } from "./process.ts";

const MIB = 1024 * 1024;

async function keysOf(client: S3Client): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket })) {
    keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
  }
  return keys;
}

test("whatever moment the server is killed at, each object is there whole or not at all", async () => {
  await using folder = await temporaryFolder();
  const acknowledged = new Set<string>();
  const contentOf = (key: string) => key.repeat(20_000);
  // Each round kills it at another point of the same work.
  for (let round = 0; round < 5; round++) {
    const server = await startProcess(folder.path);
    const uploads = Array.from({ length: 40 }, async (_, index) => {
      const Key = `round-${round}-object-${index}`;
      await server.client.send(new PutObjectCommand({ Bucket, Key, Body: contentOf(Key) }));
      acknowledged.add(Key);
    });
    const settled = Promise.allSettled(uploads);
    const wanted = acknowledged.size + round * 7;
    await until("some uploads are through", () => acknowledged.size >= wanted);
    await server.kill();
    await settled;
  }
  const server = await startProcess(folder.path);
  const keys = await keysOf(server.client);
  expect(keys).toEqual(expect.arrayContaining([...acknowledged]));
  for (const Key of keys) {
    const { Body } = await server.client.send(new GetObjectCommand({ Bucket, Key }));
    expect((await Body?.transformToString()) === contentOf(Key), Key).toBe(true);
  }
  // Every file on the disk belongs to an object: what was under way was swept.
  expect(await blobsOf({ folder: folder.path })).toHaveLength(keys.length);
  await server.kill();
}, 60_000);

test("an object that was being replaced when the server was killed is still the old one", async () => {
  await using folder = await temporaryFolder();
  const server = await startProcess(folder.path);
  await server.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "old" }));
  const endless = new Readable({ read: () => undefined });
  const replacement = server.client.send(
    new PutObjectCommand({ Bucket, Key: "k", Body: endless, ContentLength: 10 * MIB }),
  );
  const failed = expect(replacement).rejects.toThrow();
  endless.push(Buffer.alloc(5 * MIB));
  await until(
    "bytes of the new one are on the disk",
    async () => (await blobsOf({ folder: folder.path })).length === 2,
  );
  await server.kill();
  await failed;
  const next = await startProcess(folder.path);
  const { Body } = await next.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
  expect(await Body?.transformToString()).toBe("old");
  expect(await blobsOf({ folder: folder.path })).toHaveLength(1);
  await next.kill();
});

test("an upload in parts goes on where it was when the server was killed", async () => {
  await using folder = await temporaryFolder();
  const server = await startProcess(folder.path);
  const upload = { Bucket, Key: "k" };
  const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(upload));
  await server.client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "part" }));
  await server.kill();
  const next = await startProcess(folder.path);
  const { Parts } = await next.client.send(new ListPartsCommand({ ...upload, UploadId }));
  expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([[1, 4]]);
  await next.kill();
});

test("events that no target had accepted when the server was killed are delivered by the next one", async () => {
  await using folder = await temporaryFolder();
  const server = await startProcess(folder.path, "hang");
  const keys = Array.from({ length: 30 }, (_, index) => `k${String(index).padStart(2, "0")}`);
  await Promise.all(keys.map((Key) => server.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }))));
  await server.kill();
  const next = await startProcess(folder.path);
  await until("every event is delivered", () => next.delivered.length >= keys.length);
  expect([...next.delivered].sort()).toEqual(keys);
  await next.client.send(new HeadObjectCommand({ Bucket, Key: "k00" }));
  await next.kill();
  const last = await startProcess(folder.path);
  await last.client.send(new PutObjectCommand({ Bucket, Key: "after", Body: "x" }));
  await until("the newest event is delivered", () => last.delivered.includes("after"));
  expect(last.delivered).toEqual(["after"]);
  await last.kill();
});
