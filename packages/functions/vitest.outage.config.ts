import { defineConfig } from "vitest/config";

/** Tests of whole handlers while their PostgreSQL and Redis are killed and frozen. */
export default defineConfig({
  test: {
    name: "functions-outage",
    include: ["test/outage/*.test.ts"],
    setupFiles: ["../core/test/support/own-services.ts"],
    restoreMocks: true,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
