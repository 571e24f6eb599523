import type { TestProject } from "vitest/node";
import { awsEnvironment, interrupt, newDataFolder, removeFolder, start } from "./app.ts";
import { deployedUrl } from "./target.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the app under test answers: one that was started for the tests, or `TELECINE_URL`. */
    baseUrl: string;
    /** The environment that leads to the app's SNS: the started app's, or nothing, for AWS by this environment. */
    aws: Record<string, string>;
  }
}

/** One running app for all tests that do not need to end it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (deployedUrl !== undefined) {
    await assertAnswers(deployedUrl);
    project.provide("baseUrl", deployedUrl);
    project.provide("aws", {});
    return undefined;
  }
  const data = newDataFolder();
  const app = await start(data);
  project.provide("baseUrl", app.url);
  project.provide("aws", awsEnvironment(app));
  return async () => {
    await interrupt(app);
    removeFolder(data);
  };
}

/** A wrong address is one clear error, not one of every test. */
async function assertAnswers(url: string): Promise<void> {
  const health = `${url}/health`;
  const response = await fetch(health).catch((cause: unknown) => {
    throw new Error(`TELECINE_URL is ${url}, and ${health} does not answer. Is the stage deployed?`, {
      cause,
    });
  });
  if (!response.ok)
    throw new Error(
      `TELECINE_URL is ${url}, and ${health} answers ${response.status}: ${await response.text()}`,
    );
}
