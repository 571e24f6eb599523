import { createRoute } from "@hono/zod-openapi";
import { estimate } from "@telecine/core/plan/estimate";
import { json, problems } from "./answers.ts";
import { createRouter } from "./router.ts";
import { EstimateJson } from "./schema.ts";

export const estimates = createRouter();

estimates.openapi(
  createRoute({
    method: "post",
    path: "/estimates",
    summary: "How long a video would take, what it would cost, and how it would be encoded",
    request: { body: { required: true, content: { "application/json": { schema: estimate.schema } } } },
    responses: {
      200: json(EstimateJson, "From a description, or from what is known of a video that was uploaded."),
      ...problems(400, 404, 409),
    },
  }),
  async (c) => c.json(await estimate(c.req.valid("json")), 200),
);
