import "./support/services.ts";
import { bucket } from "./support/bucket.ts";
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "vitest";
import { sweepStorage } from "../src/sweep/storage.ts";
import { outputPrefix, sourceKey, taskInputKey, taskResultKey } from "../src/storage/keys.ts";
import { deleteKeys } from "../src/storage/storage.ts";
import { createId } from "../src/util/id.ts";
import { rows } from "./support/rows.ts";
import { waitingVideo } from "./support/video.ts";

const Bucket = "media-bucket";
const HOUR = 60;
const DAY = 24 * HOUR;
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

const put = (Key: string) => bucket.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));

async function keys(): Promise<string[]> {
  const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.flatMap(({ Key }) => Key ?? []);
}

async function uploads(): Promise<string[]> {
  const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket }));
  return Uploads.flatMap(({ Key }) => Key ?? []).sort();
}

beforeEach(async () => {
  await rows("truncate videos cascade");
  await deleteKeys(await keys());
});

/** A video in its third attempt, published or not. */
async function thirdAttempt(more = ""): Promise<string> {
  const videoId = await waitingVideo();
  await rows(`update videos set attempt = 3 ${more} where id = '${videoId}'`);
  return videoId;
}

test("files of a video that does not exist are gone after a week, not before; its source stays", async () => {
  const attempt = { videoId: createId("video"), attempt: 1 };
  const left = [`${outputPrefix(attempt)}720p/0.m4s`, taskInputKey(attempt), taskResultKey(attempt)];
  for (const key of [...left, sourceKey(attempt.videoId)]) await put(key);
  expect(await sweepStorage(later(7 * DAY - 5))).toMatchObject({ orphans: 0, finished: true });
  expect(await keys()).toHaveLength(4);
  // Its folder under work/ and its folder under media/.
  expect(await sweepStorage(later(7 * DAY + 5))).toMatchObject({ orphans: 2, finished: true });
  expect(await keys()).toEqual([sourceKey(attempt.videoId)]);
});

test("attempts that another has taken the place of are gone after a day; the present one stays", async () => {
  const videoId = await thirdAttempt();
  for (const attempt of [1, 2, 3, 4]) await put(`${outputPrefix({ videoId, attempt })}720p/0.m4s`);
  expect(await sweepStorage(later(DAY - 5))).toMatchObject({ superseded: 0 });
  expect(await sweepStorage(later(DAY + 5))).toMatchObject({ superseded: 2, orphans: 0 });
  expect(await keys()).toEqual([3, 4].map((attempt) => `${outputPrefix({ videoId, attempt })}720p/0.m4s`));
});

test("what is published stays, even of an attempt that has an older number", async () => {
  const videoId = await thirdAttempt();
  const published = outputPrefix({ videoId, attempt: 2 });
  await rows(`update videos set hls_key = '${published}main.m3u8' where id = '${videoId}'`);
  for (const key of [`${published}main.m3u8`, `${published}720p/0.m4s`]) await put(key);
  expect(await sweepStorage(later(30 * DAY))).toMatchObject({ superseded: 0 });
  expect(await keys()).toHaveLength(2);
});

test("the copy of a source is gone a day after its video was ready, and nothing else of the video", async () => {
  const [ready, growing] = [await waitingVideo(), await waitingVideo()];
  const folderOf = (videoId: string) => outputPrefix({ videoId, attempt: 1 });
  const names = [
    "master.m3u8",
    "audio/00000.m4s",
    "source/init.mp4",
    "source/00000.m4s",
    "source-audio/init.mp4",
  ];
  for (const videoId of [ready, growing]) for (const name of names) await put(folderOf(videoId) + name);
  const published = `status = 'ready', hls_key = '${folderOf(ready)}master.m3u8', ready_at = now() + interval '10 hours'`;
  await rows(`update videos set status = 'processing' where id = '${ready}'`);
  await rows(`update videos set ${published} where id = '${ready}'`);
  await rows(`update videos set hls_key = '${folderOf(growing)}preview.m3u8' where id = '${growing}'`);
  // Its copy was complete hours before all of it was encoded.
  expect(await sweepStorage(later(DAY + 10 * HOUR - 5))).toMatchObject({ previews: 0 });
  expect(await sweepStorage(later(DAY + 10 * HOUR + 5))).toMatchObject({
    previews: 2,
    superseded: 0,
    orphans: 0,
  });
  const left = [
    ...names.slice(0, 2).map((name) => folderOf(ready) + name),
    ...names.map((name) => folderOf(growing) + name),
  ];
  expect(await keys()).toEqual(left.sort());
});

test("a folder that is still written into stays", async () => {
  const attempt = { videoId: createId("video"), attempt: 1 };
  await put(taskInputKey(attempt));
  expect(await sweepStorage(new Date())).toMatchObject({ orphans: 0 });
  expect(await keys()).toEqual([taskInputKey(attempt)]);
});

test("a video in its first attempt, and a video that was removed, are none of the sweeper's business", async () => {
  const [first, removed] = [await waitingVideo(), await thirdAttempt(", deleted_at = now()")];
  for (const videoId of [first, removed]) await put(taskInputKey({ videoId, attempt: 3 }));
  expect(await sweepStorage(later(30 * DAY))).toMatchObject({ orphans: 0, superseded: 0 });
  expect(await keys()).toHaveLength(2);
});

test("a database that does not know most of the bucket's videos deletes nothing", async () => {
  const ids = Array.from({ length: 101 }, () => createId("video"));
  await Promise.all(ids.map((videoId) => put(taskInputKey({ videoId, attempt: 1 }))));
  await expect(sweepStorage(later(30 * DAY))).rejects.toThrow(
    /does not know 101 of 101 videos .* work\/.*Nothing was deleted/,
  );
  expect(await keys()).toHaveLength(101);
});

test("names that are no video's stay", async () => {
  for (const key of ["work/notes/a.txt", "media/logo.png", "media/vid_x/1/a.m4s"]) await put(key);
  await sweepStorage(later(30 * DAY));
  expect(await keys()).toHaveLength(3);
});

test("an upload that nobody can finish is aborted; one that is open, and one by hand, are not", async () => {
  const begin = (Key: string) => bucket.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const open = await waitingVideo({ multipart: true, fileName: "big.mov" });
  await rows(`update uploads set expires_at = now() + interval '30 days' where video_id = '${open}'`);
  const lost = sourceKey(createId("video"));
  await begin(lost);
  await begin("source/by-hand.mov");
  expect(await sweepStorage(later(2 * HOUR - 5))).toMatchObject({ uploads: 0 });
  expect(await sweepStorage(later(2 * HOUR + 5))).toMatchObject({ uploads: 1 });
  expect(await uploads()).toEqual(["source/by-hand.mov", sourceKey(open)].sort());
  // Its URLs have expired as well, and the reconciler has not come to it.
  await rows(`update uploads set expires_at = now() where video_id = '${open}'`);
  expect(await sweepStorage(later(2 * HOUR + 5))).toMatchObject({ uploads: 1 });
  expect(await uploads()).toEqual(["source/by-hand.mov"]);
});

test("a run that has no time left stops between two videos, and says so", async () => {
  for (let count = 0; count < 3; count++) await put(taskInputKey({ videoId: createId("video"), attempt: 1 }));
  let looks = 0;
  const swept = await sweepStorage(later(30 * DAY), () => (looks += 1) > 2);
  expect(swept).toMatchObject({ orphans: 2, finished: false });
  expect(await keys()).toHaveLength(1);
});

test("a bucket with more videos than a listing's page is swept to its end", async () => {
  const videoId = await thirdAttempt();
  const known = Array.from({ length: 1001 }, () => createId("video"));
  await rows(
    `insert into videos (id, title, source_key) select id, 't', 'source/' || id || '/original' from unnest(array['${known.join("','")}']) as id`,
  );
  const orphan = createId("video");
  const ids = [...known, videoId, orphan];
  for (let from = 0; from < ids.length; from += 50)
    await Promise.all(ids.slice(from, from + 50).map((id) => put(taskInputKey({ videoId: id, attempt: 1 }))));
  expect(await sweepStorage(later(30 * DAY))).toMatchObject({ orphans: 1, superseded: 1, finished: true });
});
