import { defineConfig } from "vitest/config";

/** The built page in a real browser, against an API that the test writes. */
export default defineConfig({
  test: {
    name: "console-browser",
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
