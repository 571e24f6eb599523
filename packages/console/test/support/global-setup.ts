import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type {} from "vitest";
import type { TestProject } from "vitest/node";
import { makeMedia } from "./media.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with the page as it would be deployed. */
    readonly page: string;
    /** The folder with a stream and a poster. */
    readonly media: string;
  }
}

/** Builds the page and makes a stream, once for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "telecine-console-"));
  const page = join(folder, "page");
  const media = join(folder, "media");
  await build({
    root: join(import.meta.dirname, "../.."),
    logLevel: "warn",
    build: { outDir: page, emptyOutDir: true },
  });
  await makeMedia(media);
  project.provide("page", page);
  project.provide("media", media);
  return () => rm(folder, { recursive: true, force: true });
}
