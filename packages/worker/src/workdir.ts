import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** A folder names its owner, so that what a killed process left behind is told from what a living one uses. */
const PREFIX = `telecine-worker-${hostname().replaceAll(/[^a-z0-9]/gi, "")}-`;

/** Where work folders lie: the task's own disk. */
export function workRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.WORK_DIR ?? tmpdir();
}

/** Runs with a new, empty folder that is gone afterwards, whatever happens. */
export async function withWorkdir<Result>(
  root: string,
  run: (folder: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(root, { recursive: true });
  await sweepWorkdirs(root);
  const folder = await mkdtemp(join(root, `${PREFIX}${process.pid}-`));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what processes of this machine that no longer live have left. */
async function sweepWorkdirs(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = ownerOf(name);
    if (pid !== undefined && !isAlive(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}

function ownerOf(name: string): number | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const pid = Number(name.slice(PREFIX.length).split("-")[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing: asks whether it could
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"; // EPERM: alive, and somebody else's
  }
}
