import { beforeEach } from "vitest";

/** A stage that was deployed, by its address; undefined when the suite starts an app of its own. */
export const deployedUrl = process.env.TELECINE_URL?.replace(/\/$/, "");

/** How long a video may take: in the cloud a task waits for its machine, and for the account's vCPUs. */
export const SETTLED_WITHIN_MS = deployedUrl === undefined ? 180_000 : 900_000;

/** Skips the tests of this `describe`, saying why, when the suite is about a deployed stage. */
export function onlyOnThisMachine(reason: string): void {
  beforeEach(({ skip }) => {
    skip(deployedUrl !== undefined, reason);
  });
}
