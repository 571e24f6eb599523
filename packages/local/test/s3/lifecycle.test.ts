import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { fakeClock } from "../aws/endpoint.ts";
import { until } from "../machine.ts";
import { blobsOf, BUCKET as Bucket, startBucket } from "./bucket.ts";

const DAY_MS = 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

test("uploads that were never completed are aborted after their days, and their bytes go", async () => {
  const clock = fakeClock(Date.now());
  await using rig = await startBucket(
    { lifecycle: [{ prefix: "in/", abortIncompleteUploadDays: 2 }] },
    { clock },
  );
  for (const Key of ["in/a", "out/a"]) {
    const { UploadId } = await rig.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await rig.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "x" }));
  }
  const open = async () =>
    (await rig.client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.map(({ Key }) => Key);
  clock.advance(2 * DAY_MS);
  expect(await open()).toEqual(["in/a", "out/a"]);
  clock.advance(HOUR_MS);
  expect(await open()).toEqual(["out/a"]);
  await until("the bytes of the upload are gone", async () => (await blobsOf(rig)).length === 1);
});

test("objects expire after their days, by prefix, without an event", async () => {
  const clock = fakeClock(Date.now());
  const notifications = [{ targetArn: "arn:t", events: ["s3:ObjectRemoved:*"] }];
  await using rig = await startBucket(
    { lifecycle: [{ prefix: "work/", expirationDays: 7 }], notifications },
    { clock },
  );
  for (const Key of ["work/a", "kept/a"])
    await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  clock.advance(6 * DAY_MS);
  await rig.client.send(new PutObjectCommand({ Bucket, Key: "work/b", Body: "x" }));
  clock.advance(DAY_MS + HOUR_MS);
  expect(rig.s3.listObjects(Bucket, "").map(({ key }) => key)).toEqual(["kept/a", "work/b"]);
  expect(rig.delivered).toEqual([]);
});

test("in a versioned bucket expiry hides, old versions go, and a marker goes with the last of them", async () => {
  const clock = fakeClock(Date.now());
  const lifecycle = [{ expirationDays: 1 }, { noncurrentDays: 30 }];
  await using rig = await startBucket({ versioning: "Enabled", lifecycle }, { clock });
  await rig.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
  const list = async () => {
    const { Versions = [], DeleteMarkers = [] } = await rig.client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    return [Versions.length, DeleteMarkers.length];
  };
  clock.advance(DAY_MS + HOUR_MS);
  expect(await list()).toEqual([1, 1]);
  clock.advance(29 * DAY_MS);
  expect(await list()).toEqual([1, 1]);
  clock.advance(2 * DAY_MS);
  expect(await list()).toEqual([0, 0]);
});
