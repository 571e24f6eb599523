import { defineConfig } from "vitest/config";

/** Tests of whole handlers against a real PostgreSQL and a real Redis. */
export default defineConfig({
  test: {
    name: "functions-integration",
    include: ["test/*.test.ts"],
    env: { DATABASE_POOL_SIZE: "4" },
    restoreMocks: true,
    globalSetup: ["../core/test/support/global-setup.ts"],
    setupFiles: ["../core/test/support/environment.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
