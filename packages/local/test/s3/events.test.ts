import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect, test } from "vitest";
import { openS3 } from "../../src/emulator/s3/s3.ts";
import { ACCOUNT, collectLog, fakeClock, REGION, temporaryFolder } from "../aws/endpoint.ts";
import { until } from "../machine.ts";
import { BUCKET as Bucket, startBucket } from "./bucket.ts";

const FUNCTION = "arn:aws:lambda:eu-north-1:123456789012:function:f";
const TOPIC = "arn:aws:sns:eu-north-1:123456789012:t";
const created = { id: "rule-1", targetArn: FUNCTION, events: ["s3:ObjectCreated:*"] };

test("an event has AWS's form to the letter", async () => {
  await using rig = await startBucket({ notifications: [created] });
  const answer = await rig.client.send(new PutObjectCommand({ Bucket, Key: "in/a b+ü.mp4", Body: "hello" }));
  await until("the event is delivered", () => rig.delivered.length === 1);
  const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
  expect(rig.delivered).toEqual([
    {
      targetArn: FUNCTION,
      event: {
        Records: [
          {
            eventVersion: "2.1",
            eventSource: "aws:s3",
            awsRegion: "eu-north-1",
            eventTime: isoTime,
            eventName: "ObjectCreated:Put",
            userIdentity: { principalId: expect.stringMatching(/^AWS:AROA[A-Z2-7]{16}:uploader$/) as string },
            requestParameters: { sourceIPAddress: "127.0.0.1" },
            responseElements: {
              "x-amz-request-id": answer.$metadata.requestId,
              "x-amz-id-2": answer.$metadata.extendedRequestId,
            },
            s3: {
              s3SchemaVersion: "1.0",
              configurationId: "rule-1",
              bucket: {
                name: Bucket,
                ownerIdentity: { principalId: ACCOUNT },
                arn: `arn:aws:s3:::${Bucket}`,
              },
              object: {
                key: "in/a+b%2B%C3%BC.mp4",
                size: 5,
                eTag: "5d41402abc4b2a76b9719d911017c592",
                sequencer: expect.stringMatching(/^[0-9A-F]{18}$/) as string,
              },
            },
          },
        ],
      },
    },
  ]);
});

test("each way of making or removing an object has its event, in the order of sequencers", async () => {
  const all = { ...created, events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] };
  await using rig = await startBucket({ notifications: [all] });
  const { client } = rig;
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  await client.send(
    new CopyObjectCommand({ Bucket, Key: "k", CopySource: `${Bucket}/k`, MetadataDirective: "REPLACE" }),
  );
  await new Upload({
    client,
    params: { Bucket, Key: "k", Body: Buffer.alloc(6_000_000) },
    partSize: 5_242_880,
  }).done();
  await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await until("all events are delivered", () => rig.delivered.length === 4);
  const records = rig.delivered.flatMap(({ event }) => event.Records);
  const bySequence = [...records].sort((a, b) =>
    String(a.s3.object.sequencer) < String(b.s3.object.sequencer) ? -1 : 1,
  );
  expect(bySequence.map(({ eventName, s3 }) => [eventName, s3.object.size])).toEqual([
    ["ObjectCreated:Put", 1],
    ["ObjectCreated:Copy", 1],
    ["ObjectCreated:CompleteMultipartUpload", 6_000_000],
    ["ObjectRemoved:Delete", undefined],
  ]);
});

test("a versioned bucket names versions and tells of delete markers", async () => {
  const rule = { ...created, events: ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"] };
  await using rig = await startBucket({ versioning: "Enabled", notifications: [rule] });
  const put = await rig.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  const marker = await rig.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  const Objects = [{ Key: "k", VersionId: put.VersionId }];
  await rig.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await until("all events are delivered", () => rig.delivered.length === 3);
  const described = rig.delivered.flatMap(({ event }) =>
    event.Records.map(({ eventName, s3 }) => [eventName, s3.object.versionId]),
  );
  expect(new Set(described)).toEqual(
    new Set([
      ["ObjectCreated:Put", put.VersionId],
      ["ObjectRemoved:DeleteMarkerCreated", marker.VersionId],
      ["ObjectRemoved:Delete", put.VersionId],
    ]),
  );
});

test("only what a rule asks for is delivered, to each target that asks", async () => {
  const notifications = [
    { ...created, prefix: "in/", suffix: ".mp4" },
    { targetArn: TOPIC, events: ["s3:ObjectRemoved:Delete"], prefix: "in/" },
    { targetArn: TOPIC, events: ["s3:ObjectCreated:Put"], prefix: "in/a" },
  ];
  await using rig = await startBucket({ notifications });
  for (const Key of ["out/a.mp4", "in/a.txt", "in/b.mp4", "in/a.mp4"])
    await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  const upload = { Bucket, Key: "in/c.mp4" };
  const { UploadId } = await rig.client.send(new CreateMultipartUploadCommand(upload));
  await rig.client.send(new AbortMultipartUploadCommand({ ...upload, UploadId }));
  await rig.client.send(new DeleteObjectCommand({ Bucket, Key: "in/b.mp4" }));
  await until("nothing waits", () => rig.s3.pendingEvents() === 0);
  const described = rig.delivered.map(({ targetArn, event }) => [targetArn, event.Records[0]?.s3.object.key]);
  expect(described.sort()).toEqual([
    [FUNCTION, "in/a.mp4"],
    [FUNCTION, "in/b.mp4"],
    [TOPIC, "in/a.mp4"],
    [TOPIC, "in/a.txt"],
    [TOPIC, "in/b.mp4"],
  ]);
});

test("an upload that fails its check raises no event", async () => {
  await using rig = await startBucket({ notifications: [created] });
  const wrong = new PutObjectCommand({ Bucket, Key: "k", Body: "x", ChecksumCRC32: "AAAAAA==" });
  await expect(rig.client.send(wrong)).rejects.toMatchObject({ name: "BadDigest" });
  expect(rig.s3.pendingEvents()).toBe(0);
});

test("a target that is down gets the event later, and the log says so", async () => {
  await using folder = await temporaryFolder();
  const clock = fakeClock();
  const { log, entries } = collectLog();
  const attempts: number[] = [];
  const deliver = async () => {
    attempts.push(clock.now());
    if (attempts.length < 4) throw new Error("The function is being replaced.");
  };
  const s3 = await openS3({ dir: folder.path, region: REGION, accountId: ACCOUNT, log, deliver, clock });
  await s3.putBucket({ name: Bucket, notifications: [created] });
  await s3.resume();
  const start = clock.now();
  await s3.putObject({ bucket: Bucket, key: "k", body: Buffer.from("x") });
  for (let tries = 1; tries < 4; tries++) {
    await until(
      `attempt ${tries} failed`,
      () => entries.filter(({ source }) => source === "s3").length === tries,
    );
    clock.advance(10_000);
  }
  await until("the event is accepted", () => s3.pendingEvents() === 0);
  expect(attempts.map((time) => time - start)).toEqual(
    [0, 1000, 12_000, 24_000].map((time, index) => (index < 2 ? time : (expect.any(Number) as number))),
  );
  expect(entries[0]).toMatchObject({
    level: "warn",
    message: expect.stringContaining("The function is being replaced.") as string,
  });
  await s3.close();
});

test("an event that was not accepted is delivered after the next start", async () => {
  await using folder = await temporaryFolder();
  const { log } = collectLog();
  const options = { dir: folder.path, region: REGION, accountId: ACCOUNT, log };
  const first = await openS3({ ...options, deliver: () => new Promise<void>(() => undefined) });
  await first.putBucket({ name: Bucket, notifications: [created] });
  await first.resume();
  await first.putObject({ bucket: Bucket, key: "k", body: Buffer.from("x") });
  await first.close();
  const keys: unknown[] = [];
  const second = await openS3({
    ...options,
    deliver: async (_, event) =>
      void keys.push((event as { Records: { s3: { object: { key: string } } }[] }).Records[0]?.s3.object.key),
  });
  await second.putBucket({ name: Bucket });
  expect(keys).toEqual([]);
  await second.resume();
  await until("the event is delivered", () => keys.length === 1);
  expect(keys).toEqual(["k"]);
  await second.close();
});
