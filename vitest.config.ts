import { configDefaults, defineConfig } from "vitest/config";

/** Four kinds of tests, each run alone with `npx vitest run --project <name>`. */
export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, "**/.local/**", "**/.sst/**"],
    // Says each reason why a test of a deployed stage is skipped.
    reporters: process.env.TELECINE_URL ? "verbose" : "default",
    projects: [
      // Pure code, in milliseconds.
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "scripts/*.test.ts",
            "scripts/lib/**/*.test.ts",
            "bench/!(test)/**/*.test.ts",
            "bench/*.test.ts",
          ],
        },
      },
      // The synthesized graph: made once for each stage, because all files run in one process and share their modules.
      {
        extends: true,
        test: {
          name: "infra",
          include: ["infra/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          isolate: false,
        },
      },
      // Real PostgreSQL, Redis, S3 server, ffmpeg, Chromium. One file after the other: the machine is the bottleneck.
      {
        extends: true,
        test: {
          name: "integration",
          include: ["packages/*/test/**/*.test.ts", "scripts/test/**/*.test.ts", "bench/test/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      // Over HTTP against the running app, or against TELECINE_URL.
      {
        extends: true,
        test: {
          name: "acceptance",
          include: ["tests/acceptance/**/*.test.ts"],
          globalSetup: "tests/acceptance/support/shared-app.ts",
          // A deployed stage waits for machines.
          testTimeout: process.env.TELECINE_URL ? 1_800_000 : 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
