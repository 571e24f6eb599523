import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { makeMedia } from "./media.ts";

export interface Stage {
  /** The folder with the page as it would be deployed. */
  readonly page: string;
  /** The folder with a stream and a poster. */
  readonly media: string;
  remove(): Promise<void>;
}

/** Builds the page and makes a stream, in a folder that is to be removed. */
export async function buildStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "telecine-console-"));
  const page = join(folder, "page");
  const media = join(folder, "media");
  const root = join(import.meta.dirname, "../..");
  await build({ root, logLevel: "warn", build: { outDir: page, emptyOutDir: true } });
  await makeMedia(media);
  return { page, media, remove: () => rm(folder, { recursive: true, force: true }) };
}
