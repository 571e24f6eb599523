import { createHash } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { readProgress } from "@telecine/core/progress/store";
import * as create from "@telecine/core/video/create";
import type { VideoInfo } from "@telecine/core/video/info";
import * as lifecycle from "@telecine/core/video/lifecycle";
import type { Status } from "@telecine/core/video/status";
import * as video from "@telecine/core/video/video";
import type { Context, TypedResponse } from "hono";
import { json, problems } from "./answers.ts";
import type { Env } from "./context.ts";
import { createRouter } from "./router.ts";
import { CreatedVideoJson, VideoDetailJson, VideoJson, VideoPageJson } from "./schema.ts";
import { toUploadJson, toVideoDetailJson, toVideoJson, withLive } from "./serialize.ts";

/** Ids are read by the domain: one that is none names no video, like one that is unknown. */
export const IdParam = z.object({
  id: z.string().max(200).openapi({ example: "vid_01h2xcejqtf2nbrexx3vqjhp41" }),
});

export const videos = createRouter();

videos.openapi(
  createRoute({
    method: "post",
    path: "/videos",
    summary: "Create a video and begin its upload",
    request: {
      headers: z.object({
        "idempotency-key": z.string().min(1).max(255).optional().openapi({
          description: "Repeating a request with its key gives the same video. Kept for 24 hours.",
        }),
      }),
      body: { content: { "application/json": { schema: create.CreateInput } } },
    },
    responses: {
      201: {
        ...json(CreatedVideoJson, "The video waits for its source."),
        headers: z.object({ Location: z.string() }),
      },
      ...problems(400, 422),
    },
  }),
  async (c) => {
    const idempotencyKey = c.req.valid("header")["idempotency-key"];
    const input = c.req.valid("json");
    const created = await create.create({
      input,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    const { id } = created.video;
    c.header("Location", `/videos/${id}`);
    return c.json({ ...toVideoJson(created.video), upload: toUploadJson(id, created.upload) }, 201);
  },
);

videos.openapi(
  createRoute({
    method: "get",
    path: "/videos",
    summary: "List videos, newest first",
    request: { query: video.list.schema },
    responses: { 200: json(VideoPageJson, "One page."), ...problems(400) },
  }),
  async (c) => {
    const page = await video.list(c.req.valid("query"));
    return c.json({ data: await withProgress(page.data), nextCursor: page.nextCursor }, 200);
  },
);

videos.openapi(
  createRoute({
    method: "get",
    path: "/videos/{id}",
    summary: "One video, with live progress",
    request: { params: IdParam },
    responses: { 200: json(VideoDetailJson, "The video."), ...problems(404) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const text = await video.textOf(id, "answer.1", (detail) => JSON.stringify(toVideoDetailJson(detail)));
    const shown = JSON.parse(text) as VideoDetailJson;
    if (shown.status === "ready") c.set("settled", text);
    return isRunning(shown.status)
      ? c.json(withLive(shown, (await readProgress([id])).get(id)), 200)
      : asJson<VideoDetailJson>(c, text);
  },
);

videos.openapi(
  createRoute({
    method: "delete",
    path: "/videos/{id}",
    summary: "Remove a video, its source and all of its output",
    request: { params: IdParam },
    responses: { 204: { description: "It is gone." }, ...problems(404) },
  }),
  async (c) => {
    await lifecycle.remove(c.req.valid("param").id);
    return c.body(null, 204);
  },
);

videos.openapi(
  createRoute({
    method: "post",
    path: "/videos/{id}/cancel",
    summary: "Stop what is under way",
    request: { params: IdParam },
    responses: { 200: json(VideoJson, "The video is canceled."), ...problems(404, 409) },
  }),
  async (c) => c.json(await show(await lifecycle.cancel(c.req.valid("param").id)), 200),
);

videos.openapi(
  createRoute({
    method: "post",
    path: "/videos/{id}/retry",
    summary: "Try a video that failed or was canceled again",
    request: { params: IdParam },
    responses: { 202: json(VideoJson, "Another attempt begins."), ...problems(404, 409) },
  }),
  async (c) => c.json(await show(await lifecycle.retry(c.req.valid("param").id)), 202),
);

/** An answer whose text there is already: to the types, what `c.json` would make of the value. */
function asJson<Shown>(c: Context<Env>, text: string) {
  // Said here, it need not be made of the answer's stream.
  const etag = `"${createHash("sha1").update(text).digest("hex")}"`;
  const answer: Response = c.body(text, 200, { "Content-Type": "application/json", ETag: etag });
  return answer as Response & TypedResponse<Shown, 200, "json">;
}

export async function show(info: VideoInfo): Promise<VideoJson> {
  const [shown] = await withProgress([info]);
  return shown ?? toVideoJson(info);
}

async function withProgress(infos: readonly VideoInfo[]): Promise<VideoJson[]> {
  const running = infos.filter(({ status }) => isRunning(status)).map(({ id }) => id);
  const progress = await readProgress(running);
  return infos.map((info) => toVideoJson(info, progress.get(info.id)));
}

function isRunning(status: Status): boolean {
  return status === "processing" || status === "playable";
}
