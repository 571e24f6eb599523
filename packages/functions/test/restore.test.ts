import { postgres, redis } from "./services.ts";
import { afterAll, expect, test } from "vitest";
import { reconcile } from "@telecine/core/reconcile/reconcile";
import { outputPrefix, type Attempt } from "@telecine/core/storage/keys";
import { publish } from "@telecine/core/video/outcome";
import { fakeBucket, fakeWorkflow } from "../../core/test/support/aws.ts";
import { startBackup } from "../../core/test/support/backup.ts";
import type { TestPostgres } from "../../core/test/support/postgres.ts";
import { rows } from "../../core/test/support/rows.ts";
import { processingVideo, readyResult, waitingVideo } from "../../core/test/support/video.ts";
import { send } from "./client.ts";

/**
 * The rehearsal of "Restore the database" in docs/operations.md, with PostgreSQL's own point-in-time recovery, which RDS's
 * is made of: damage, a new server as of the second before, and the API on it.
 */
let restored: TestPostgres | undefined;
const backup = await startBackup(postgres);
afterAll(async () => {
  await restored?.dispose();
  backup.dispose();
});

async function publishVideo(attempt: Attempt): Promise<void> {
  const { source } = readyResult(attempt);
  const prefix = outputPrefix(attempt);
  const rendition = {
    ...{ name: "720p", width: 1280, height: 720, frameRate: "25/1", codecs: "avc1.64001f,mp4a.40.2" },
    ...{ bandwidth: 2000, averageBandwidth: 1000, sizeBytes: 500, segmentCount: 2 },
    playlistKey: `${prefix}720p/index.m3u8`,
  };
  const keys = {
    ...{ hlsKey: `${prefix}main.m3u8`, dashKey: `${prefix}manifest.mpd` },
    ...{ posterKey: `${prefix}p.jpg`, storyboardKey: `${prefix}storyboard.vtt`, droppedRungs: [] },
    ...{ thumbnailCount: 4, thumbnailSeconds: 2 },
  };
  await publish({ ...attempt, source, ...keys, renditions: [rendition] });
}

/** All that the API says of the videos that there are. */
async function everything(): Promise<unknown> {
  const list = await send("GET", "/videos?limit=100");
  const ids = (list.body.data as { id: string }[]).map(({ id }) => id);
  const videos = await Promise.all(ids.map((id) => send("GET", `/videos/${id}`)));
  return {
    status: list.status,
    list: list.body,
    videos: videos.map(({ status, body }) => ({ status, body })),
  };
}

async function now(): Promise<Date> {
  const [row] = await rows("select clock_timestamp() as at");
  return row?.at as Date;
}

/** Entries live a minute; whoever restores a database empties the cache instead of waiting. */
async function emptyCache(): Promise<void> {
  await redis.kill();
  await redis.start();
}

test("a database that lost its videos is as it was the second before, and the API serves and takes videos", async () => {
  const workflow = fakeWorkflow();
  const bucket = fakeBucket();
  const ready = await processingVideo();
  await publishVideo(ready);
  const waiting = await waitingVideo();
  const underWay = await processingVideo();
  const before = await everything();
  const lastGood = await now();

  // What happens between the last good second and the damage is lost with it.
  await publishVideo(underWay);
  const late = await waitingVideo();
  await rows("delete from videos");
  await emptyCache();
  expect(await everything()).toMatchObject({ status: 200, list: { data: [] } });

  // The log of the last minutes is archived within five of them; here it is told to hurry.
  await rows("select pg_switch_wal()");
  await postgres.stop("fast");
  restored = await backup.restore(lastGood, postgres.port);
  await emptyCache();

  expect(await everything()).toEqual(before);
  expect((await send("GET", "/health")).status).toBe(200);
  expect((await send("GET", `/videos/${waiting}`)).status).toBe(200);
  expect((await send("GET", `/videos/${late}`)).status).toBe(404);
  expect((await send("POST", "/videos", { body: { fileName: "new.mp4" } })).status).toBe(201);

  // The video that was under way has ended since, and nobody will say so again: the reconciler finds it, and it is retried.
  workflow.executions.set(`${underWay.videoId}-1`, "SUCCEEDED");
  bucket.put(`source/${underWay.videoId}/original`, "video");
  expect(await reconcile(new Date(Date.now() + 180_000))).toMatchObject({ executions: 1 });
  expect((await send("GET", `/videos/${underWay.videoId}`)).body).toMatchObject({ status: "failed" });
  expect((await send("POST", `/videos/${underWay.videoId}/retry`)).status).toBeLessThan(300);
  expect(workflow.executions.get(`${underWay.videoId}-2`)).toBe("RUNNING");
});
