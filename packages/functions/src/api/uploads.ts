import { createRoute } from "@hono/zod-openapi";
import * as upload from "@telecine/core/upload/upload";
import * as video from "@telecine/core/video/video";
import { json, problems } from "./answers.ts";
import { createRouter } from "./router.ts";
import { PartUrlsJson, VideoJson } from "./schema.ts";
import { IdParam, show } from "./videos.ts";

export const uploads = createRouter();

uploads.openapi(
  createRoute({
    method: "post",
    path: "/videos/{id}/upload/parts",
    summary: "URLs for more parts, or for parts whose URLs have expired",
    request: {
      params: IdParam,
      body: { required: true, content: { "application/json": { schema: upload.PartsInput } } },
    },
    responses: { 200: json(PartUrlsJson, "One URL a part."), ...problems(400, 404, 409) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { parts, expiresAt } = await upload.requestParts({ id, ...c.req.valid("json") });
    return c.json({ parts, expiresAt: expiresAt.toISOString() }, 200);
  },
);

uploads.openapi(
  createRoute({
    method: "post",
    path: "/videos/{id}/upload/complete",
    summary: "Put the parts together, or say that a single PUT is done",
    request: { params: IdParam, body: { content: { "application/json": { schema: upload.CompleteInput } } } },
    responses: { 200: json(VideoJson, "The source is complete."), ...problems(400, 404, 409) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    await upload.complete({ id, ...c.req.valid("json") });
    return c.json(await show(await video.current(id)), 200);
  },
);
