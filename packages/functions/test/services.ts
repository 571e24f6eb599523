// As in the API: it teaches zod to describe itself, but only what is made after it.
import "@hono/zod-openapi";

// As in Lambda: one connection. What would wait for a second one while it holds the first hangs here, too.
process.env.DATABASE_POOL_SIZE = "1";
export const { postgres, redis } = await import("../../core/test/support/services.ts");
