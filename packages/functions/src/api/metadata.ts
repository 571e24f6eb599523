import { createRoute } from "@hono/zod-openapi";
import * as metadata from "@telecine/core/metadata/metadata";
import { json, problems } from "./answers.ts";
import { createRouter } from "./router.ts";
import { MetadataJson, MetadataPageJson } from "./schema.ts";
import { toMetadataJson } from "./serialize.ts";
import { IdParam } from "./videos.ts";

export const metadataRoutes = createRouter();

metadataRoutes.openapi(
  createRoute({
    method: "get",
    path: "/metadata",
    summary: "Search what is known of sources and renditions, newest first",
    request: { query: metadata.list.schema },
    responses: { 200: json(MetadataPageJson, "One page."), ...problems(400) },
  }),
  async (c) => {
    const { data, nextCursor } = await metadata.list(c.req.valid("query"));
    return c.json({ data: data.map(toMetadataJson), nextCursor }, 200);
  },
);

metadataRoutes.openapi(
  createRoute({
    method: "get",
    path: "/metadata/{id}",
    summary: "What is known of one video's source and renditions",
    request: { params: IdParam },
    responses: { 200: json(MetadataJson, "The metadata."), ...problems(404) },
  }),
  async (c) => c.json(toMetadataJson(await metadata.fromId(c.req.valid("param").id)), 200),
);
