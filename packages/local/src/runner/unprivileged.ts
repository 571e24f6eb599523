import { execFile } from "node:child_process";
import { chownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** How to run a program that refuses to run as root. */
export interface Unprivileged {
  wrap(
    command: string,
    args: readonly string[],
  ): { readonly command: string; readonly args: readonly string[] };
  /** Hands a folder and all in it to the user that the program runs as. */
  own(folder: string): void;
}

const run = promisify(execFile);
const NOBODY = 65534;

/**
 * As root, prefers a user namespace: inside it the program has another user id, outside it is still root, so it reaches
 * folders below `/root`. Where namespaces are forbidden (many containers) it becomes `nobody`, who must be able to reach
 * the folder.
 */
export async function unprivileged(): Promise<Unprivileged> {
  const itself: Unprivileged = { wrap: (command, args) => ({ command, args }), own: () => undefined };
  if (process.getuid?.() !== 0) return itself;
  const namespace = ["--user", "--map-user=1000", "--map-group=1000", "--"];
  if (await works("unshare", [...namespace, "true"])) {
    return {
      ...itself,
      wrap: (command, args) => ({ command: "unshare", args: [...namespace, command, ...args] }),
    };
  }
  const identity = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];
  return {
    wrap: (command, args) => ({ command: "setpriv", args: [...identity, command, ...args] }),
    own: (folder) => {
      chownAll(folder);
    },
  };
}

async function works(command: string, args: string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}

function chownAll(path: string): void {
  chownSync(path, NOBODY, NOBODY);
  if (!lstatSync(path).isDirectory()) return;
  for (const entry of readdirSync(path)) chownAll(join(path, entry));
}
