import "./services.ts";
import { beforeEach, expect, test } from "vitest";
import { sourceKey } from "@telecine/core/storage/keys";
import { list } from "@telecine/core/video/video";
import { handler as uploaded } from "../src/event/source-uploaded.ts";
import { handler as migrate } from "../src/migrate.ts";
import { handler as reconcile } from "../src/schedule/reconcile.ts";
import { fakeBucket, fakeWorkflow, type FakeWorkflow } from "../../core/test/support/aws.ts";
import { rows } from "../../core/test/support/rows.ts";
import { waitingVideo } from "../../core/test/support/video.ts";

let workflow: FakeWorkflow;

beforeEach(() => {
  fakeBucket();
  workflow = fakeWorkflow();
});

/** An event in S3's own form, from its documentation. */
function event(
  key: string,
  { sequencer = "0055AED6DCD90281E5", eTag = "d41d8cd98f00b204e9800998ecf8427e" } = {},
) {
  return {
    Records: [
      {
        ...{
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: "eu-west-1",
          eventTime: "2026-11-24T10:00:00.000Z",
        },
        ...{ eventName: "ObjectCreated:Put", userIdentity: { principalId: "AWS:X" } },
        s3: {
          ...{ s3SchemaVersion: "1.0", configurationId: "x" },
          bucket: { name: "media-bucket", arn: "arn:aws:s3:::media-bucket" },
          object: { key, size: 1024, eTag, sequencer },
        },
      },
    ],
  };
}

test("50 deliveries of one upload at once start one execution", async () => {
  const videoId = await waitingVideo();
  const delivery = event(sourceKey(videoId));
  await Promise.all(Array.from({ length: 50 }, () => uploaded(delivery)));
  expect([...workflow.executions.keys()]).toEqual([`${videoId}-1`]);
  expect(await rows("select status from jobs where video_id = $1", [videoId])).toEqual([
    { status: "running" },
  ]);
});

test.each([
  ["source/My+holiday+%26+more.mp4", "My holiday & more.mp4"],
  ["source/caf%C3%A9.mov", "café.mov"],
  ["source/1%2B1.mp4", "1+1.mp4"],
  ["source/a%0Ab.mp4", "a b.mp4"],
  ["source/-rf%20%27%22.mp4", "-rf '\".mp4"],
  ["source/..%2F..%2Fetc%2Fpasswd", "passwd"],
])("the key %s is a file named %s", async (key, fileName) => {
  await uploaded(event(key));
  const { data } = await list({});
  expect(data[0]).toMatchObject({ fileName, phase: "queued" });
});

test("S3's test of a notification is nothing to act on", async () => {
  const before = workflow.starts();
  await uploaded({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "media-bucket" });
  expect(workflow.starts()).toBe(before);
});

test("an execution that cannot be started fails the delivery, so that it comes again", async () => {
  const videoId = await waitingVideo();
  workflow.breakDown();
  await expect(uploaded(event(sourceKey(videoId)))).rejects.toThrow();
  workflow.recover();
  await uploaded(event(sourceKey(videoId)));
  expect([...workflow.executions.keys()]).toEqual([`${videoId}-1`]);
});

test("what is no event of S3 is refused", async () => {
  await expect(uploaded({ Records: [{ eventName: "x" }] })).rejects.toMatchObject({ name: "ZodError" });
});

test("the reconciler says what it did", async () => {
  expect(await reconcile({})).toEqual({
    ...{ uploads: 0, starts: 0, executions: 0, leftovers: 0, removals: 0, idempotencyKeys: 0 },
  });
});

test("migrating a database that is up to date applies nothing", async () => {
  process.env.MIGRATIONS_DIR = new URL("../../core/migrations", import.meta.url).pathname;
  expect(await migrate()).toEqual({ applied: [] });
});
