import { createRoute } from "@hono/zod-openapi";
import { checkHealth } from "@telecine/core/health/health";
import { json } from "./answers.ts";
import { createRouter } from "./router.ts";
import { HealthJson } from "./schema.ts";

export const health = createRouter();

health.openapi(
  createRoute({
    method: "get",
    path: "/health",
    summary: "Whether the API can do its work",
    responses: {
      200: json(HealthJson, "It can; `degraded` means slower, without its cache."),
      503: json(HealthJson, "It cannot: the database is down."),
    },
  }),
  async (c) => {
    const health = await checkHealth();
    if (health.status !== "down") return c.json(health, 200);
    c.header("Retry-After", "5");
    return c.json(health, 503);
  },
);
