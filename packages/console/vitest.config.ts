import { defineConfig } from "vitest/config";

/** Tests of the parts that need no browser, beside the code. */
export default defineConfig({ test: { name: "console", include: ["src/**/*.test.ts"] } });
