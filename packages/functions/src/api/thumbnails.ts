import { createRoute, z } from "@hono/zod-openapi";
import { thumbnailUrl } from "@telecine/core/video/thumbnail";
import { problems } from "./answers.ts";
import { createRouter } from "./router.ts";
import { IdParam } from "./videos.ts";

export const thumbnailRoutes = createRouter();

thumbnailRoutes.openapi(
  createRoute({
    method: "get",
    path: "/videos/{id}/thumbnail",
    summary: "A picture of a video, the nearest to a time",
    request: {
      params: IdParam,
      query: z.object({
        time: z.coerce.number().nonnegative().default(0).openapi({
          description:
            "Seconds from the beginning. There is a picture every 2, 5 or 10 s, by the video's length.",
          example: 12.5,
        }),
      }),
    },
    responses: {
      302: {
        description:
          "A JPEG of at most 640 pixels a side is at this address, which caches may keep for ever.",
        headers: z.object({ Location: z.string() }),
      },
      ...problems(400, 404, 409),
    },
  }),
  async (c) => c.redirect(await thumbnailUrl(c.req.valid("param").id, c.req.valid("query").time), 302),
);
