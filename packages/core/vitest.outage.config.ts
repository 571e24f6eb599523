import { defineConfig } from "vitest/config";

/** Tests that kill, freeze and restart a PostgreSQL and a Redis of their own. */
export default defineConfig({
  test: {
    name: "core-outage",
    include: ["test/outage/*.test.ts"],
    setupFiles: ["test/support/own-services.ts"],
    env: { DATABASE_POOL_SIZE: "2" },
    restoreMocks: true,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
