import { mkdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Attempt } from "../storage/keys.ts";

/** How often whoever works in a folder says so. */
const RENEW_MS = 60_000;
/** The file whose age tells how long ago somebody worked in its folder. */
const LEASE = ".lease";

/** Where an attempt's tasks share files, below the folder that the shared file system is mounted on. */
export function scratchFolder(root: string, { videoId, attempt }: Attempt): string {
  return join(root, videoId, String(attempt));
}

export interface Lease {
  /** Ends it. The folder stays: other tasks of the attempt may work in it. */
  release(): void;
}

/**
 * Makes a folder where there is none, and holds it: it is not swept while this process lives and for two hours after.
 * Several processes may hold one folder. `onTrouble` hears of a renewal that failed; the next one is a minute away.
 */
export async function holdLease(folder: string, onTrouble: (error: unknown) => void): Promise<Lease> {
  await mkdir(folder, { recursive: true });
  await renew(folder);
  const timer = setInterval(() => void renew(folder).catch(onTrouble), RENEW_MS);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
    },
  };
}

/** When a folder was last held; where it never was, when something was last put into it or taken out. */
export async function lastHeldAt(folder: string): Promise<Date> {
  try {
    return (await stat(join(folder, LEASE))).mtime;
  } catch (error) {
    if (isMissing(error)) return (await stat(folder)).mtime;
    throw error;
  }
}

async function renew(folder: string): Promise<void> {
  const lease = join(folder, LEASE);
  const now = new Date();
  try {
    await utimes(lease, now, now);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await writeFile(lease, "");
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
