import { defineConfig } from "vitest/config";

/** Tests against a real PostgreSQL and a real Redis. */
export default defineConfig({
  test: {
    name: "core-integration",
    include: ["test/*.test.ts"],
    // Several connections, so that what the tests do at once is at once for the database, too.
    env: { DATABASE_POOL_SIZE: "4" },
    restoreMocks: true,
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/environment.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
