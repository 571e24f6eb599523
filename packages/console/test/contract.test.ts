import { expect, it, onTestFinished } from "vitest";
import { CreatedVideoJson, MetadataJson, VideoPageJson } from "../../functions/src/api/schema.ts";
import { createApi } from "../src/api.ts";
import { startFakeApi } from "./support/fake-api.ts";
import { aFailedVideo, aReadyVideo, aVideo } from "./support/videos.ts";

/** The API that the browser tests play against is written here. This keeps it to what the real one promises. */
async function answers(partSizeBytes?: number) {
  const videos = [aVideo(), aReadyVideo(), aFailedVideo()];
  const parts = partSizeBytes === undefined ? {} : { partSizeBytes };
  const api = await startFakeApi({ page: "", media: "", videos, ...parts });
  onTestFinished(() => api.stop());
  const client = createApi((path, init) => fetch(new URL(path, api.url), init));
  const get = async (path: string, init?: RequestInit): Promise<unknown> =>
    (await fetch(api.url + path, init)).json();
  return { client, get, ready: videos[1]?.id ?? "", waiting: videos[0]?.id ?? "" };
}

it("plays against the shapes of the real API", async () => {
  const { get, ready, waiting } = await answers(4);
  expect(VideoPageJson.safeParse(await get("/videos?limit=24")).error).toBeUndefined();
  for (const id of [ready, waiting]) {
    expect(MetadataJson.safeParse(await get(`/metadata/${id}`)).error).toBeUndefined();
  }
  const body = JSON.stringify({ fileName: "a.mp4", sizeBytes: 10 });
  expect(CreatedVideoJson.safeParse(await get("/videos", { method: "POST", body })).error).toBeUndefined();
});

it("reads everything that the real API may say", async () => {
  const { client, ready } = await answers();
  const page = await client.list({ limit: 24, cursor: null });
  expect(page.data.map(({ status }) => status)).toEqual(["waiting", "ready", "failed"]);
  expect((await client.metadata(ready)).source?.tracks).toHaveLength(2);
  const created = await client.create({
    fileName: "a",
    sizeBytes: 1,
    contentType: "video/mp4",
    idempotencyKey: "k",
  });
  expect(created.upload).toMatchObject({ headers: { "x-test": "yes" } });
});
