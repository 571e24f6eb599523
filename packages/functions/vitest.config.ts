import { defineConfig } from "vitest/config";

/** Tests of pure functions, beside the code. */
export default defineConfig({ test: { name: "functions", include: ["src/**/*.test.ts"] } });
