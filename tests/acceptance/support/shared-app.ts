import type { TestProject } from "vitest/node";
import { interrupt, newDataFolder, removeFolder, start } from "./app.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the app under test answers: one that was started for the tests, or `TELECINE_URL`. */
    baseUrl: string;
  }
}

/** One running app for all tests that do not need to end it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const deployed = process.env.TELECINE_URL;
  if (deployed) {
    project.provide("baseUrl", deployed.replace(/\/$/, ""));
    return undefined;
  }
  const data = newDataFolder();
  const app = await start(data);
  project.provide("baseUrl", app.url);
  return async () => {
    await interrupt(app);
    removeFolder(data);
  };
}
