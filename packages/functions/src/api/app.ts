import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { withPatience } from "@telecine/core/database/patience";
import { withActor } from "@telecine/core/event/actor";
import { publicUrl } from "@telecine/core/storage/url";
import { withLog } from "@telecine/core/util/log";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { etag } from "hono/etag";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { JSONValue } from "hono/utils/types";
import { json } from "./answers.ts";
import { captionRoutes } from "./captions.ts";
import { newRequestId, type Env } from "./context.ts";
import { estimates } from "./estimates.ts";
import { health } from "./health.ts";
import { metadataRoutes } from "./metadata.ts";
import { onError, reply } from "./problem.ts";
import { thumbnailRoutes } from "./thumbnails.ts";
import { createRouter } from "./router.ts";
import { recent } from "./recent.ts";
import { routes } from "./routes.ts";
import { uploads } from "./uploads.ts";
import { videos } from "./videos.ts";

/** The largest bodies are the list of 10,000 parts of an upload, at about 80 bytes each, and the captions of a long film. */
const MAX_BODY_BYTES = 1024 * 1024;
/** All that a request asks of the database, so that it answers 503 before its caller gives up. */
const PATIENCE_SECONDS = 5;

const ABOUT = {
  openapi: "3.1.0",
  info: {
    title: "Telecine",
    version: "1",
    description: "Upload a video; get adaptive streams and metadata.",
  },
};

/** Names the request, and says what it may cost and who acts in it. */
const inContext = createMiddleware<Env>(async (c, next) => {
  const requestId = newRequestId(c);
  c.set("requestId", requestId);
  c.header("X-Request-Id", requestId);
  await withLog({ requestId }, () => withActor("api", () => withPatience(PATIENCE_SECONDS, next)));
});

/** Answers change by themselves; only the API's own description may be kept. */
const noStore = createMiddleware<Env>(async (c, next) => {
  await next();
  if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
});

/** A body of another type would pass unread, as if there were none. */
const jsonOnly = createMiddleware<Env>(async (c, next) => {
  const type = c.req.header("content-type");
  const hasBody = c.req.method === "POST" && type !== undefined;
  if (!hasBody || /^application\/([a-z.-]+\+)?json\b/i.test(type)) return next();
  const detail = "Send JSON, with `Content-Type: application/json`.";
  return reply(c, { status: 415, code: "media_type_unsupported", detail });
});

const tooLarge = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c: Context<Env>) =>
    reply(c, { status: 413, code: "body_too_large", detail: `Send at most ${MAX_BODY_BYTES} bytes.` }),
});

export const app: OpenAPIHono<Env> = createRouter();
app.get("/videos/:id", recent);
app.use(inContext, secureHeaders(), noStore, jsonOnly, tooLarge);
app.get("*", etag());
app.onError(onError);
for (const area of [health, metadataRoutes, videos, uploads, captionRoutes, estimates, thumbnailRoutes])
  app.route("/", area);

app.openapi(
  createRoute({
    method: "get",
    path: "/openapi.json",
    summary: "This description",
    responses: { 200: json(z.record(z.string(), z.unknown()), "OpenAPI 3.1.") },
  }),
  (c) => {
    c.header("Cache-Control", "public, max-age=300");
    const document = { ...app.getOpenAPI31Document(ABOUT), servers: [{ url: publicUrl() }] };
    return c.json(document as unknown as Record<string, JSONValue>, 200);
  },
);

app.notFound((c) => {
  const allowed = routes.filter(({ path }) => matches(path, c.req.path)).map(({ method }) => method);
  if (allowed.length === 0)
    return reply(c, { status: 404, code: "not_found", detail: "There is nothing here." });
  c.header("Allow", [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : [])].join(", "));
  const detail = `This address takes ${allowed.join(", ")}, not ${c.req.method}.`;
  return reply(c, { status: 405, code: "method_not_allowed", detail });
});

function matches(template: string, path: string): boolean {
  const wanted = template.split("/");
  const given = path.split("/");
  const fits = (part: string, index: number) =>
    part.startsWith("{") ? given[index] !== "" : part === given[index];
  return wanted.length === given.length && wanted.every(fits);
}
