import { createRoute, z } from "@hono/zod-openapi";
import * as captions from "@telecine/core/captions/captions";
import { json, problems } from "./answers.ts";
import { createRouter } from "./router.ts";
import { CaptionJson, CaptionListJson } from "./schema.ts";
import { toCaptionJson } from "./serialize.ts";
import { IdParam } from "./videos.ts";

export const captionRoutes = createRouter();

const LanguageParam = IdParam.extend({
  language: z.string().max(100).openapi({ example: "pt-BR", description: "A tag of BCP 47." }),
});

const text = { schema: z.string().openapi({ example: "WEBVTT\n\n00:01.000 --> 00:03.500\nHello." }) };

captionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/videos/{id}/captions",
    summary: "The captions of a video, sent or found in its source",
    request: { params: IdParam },
    responses: { 200: json(CaptionListJson, "All of them."), ...problems(404) },
  }),
  async (c) => {
    const data = await captions.list(c.req.valid("param").id);
    return c.json({ data: data.map(toCaptionJson), nextCursor: null }, 200);
  },
);

captionRoutes.openapi(
  createRoute({
    method: "put",
    path: "/videos/{id}/captions/{language}",
    summary: "Give a video captions in a language, as WebVTT or SubRip in UTF-8",
    request: {
      params: LanguageParam,
      query: z.object({
        kind: z.enum(["subtitles", "captions"]).optional().openapi({
          description: "`captions` also tell what is heard, for those who do not hear it.",
        }),
        title: z.string().max(400).optional().openapi({
          description: "What players call them, instead of the language's name.",
        }),
      }),
      body: {
        required: true,
        description: "Up to a megabyte of text, of whatever type it says it is.",
        content: { "text/vtt": text, "application/x-subrip": text, "text/plain": text },
      },
    },
    responses: {
      200: json(CaptionJson, "The video has them, and shows them as soon as it is ready."),
      ...problems(400, 404, 409),
    },
  }),
  async (c) => {
    const { id, language } = c.req.valid("param");
    const added = await captions.put({ id, language, ...c.req.valid("query"), text: await c.req.text() });
    return c.json(toCaptionJson(added), 200);
  },
);

captionRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/videos/{id}/captions/{language}",
    summary: "Take a video's captions in a language away",
    request: { params: LanguageParam },
    responses: { 204: { description: "They are gone." }, ...problems(400, 404, 409) },
  }),
  async (c) => {
    await captions.remove(c.req.valid("param"));
    return c.body(null, 204);
  },
);
