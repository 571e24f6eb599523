import { defineConfig } from "vitest/config";

/** Tests against a real PostgreSQL and a real Redis. */
export default defineConfig({
  test: {
    name: "core-integration",
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/environment.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
