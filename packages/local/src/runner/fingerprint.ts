import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders that hold what is made from the rest. */
const MADE = new Set(["node_modules", ".git", ".sst", ".local", "dist", "coverage"]);
const OWN_SOURCES = fileURLToPath(new URL("..", import.meta.url));

/**
 * Says in one word what an app's infrastructure and code depend on: every file of the project by its size and time, the
 * variables that its sources mention, SST's platform and this program. The same word, the same result.
 */
export function fingerprint(root: string, environment: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash("sha256");
  const mentioned = new Set<string>();
  for (const path of [...filesOf(root), ...filesOf(OWN_SOURCES)]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  for (const path of filesOf(root).filter(isInfrastructure(root))) {
    for (const [, name = ""] of readFileSync(path, "utf8").matchAll(/process\.env\.(\w+)/g))
      mentioned.add(name);
  }
  for (const name of [...mentioned].sort()) hash.update(`${name}=${environment[name] ?? ""}\n`);
  hash.update(readFileSync(join(root, ".sst", "platform", "version")));
  return hash.digest("hex");
}

/** The config and the folders beside it that no package claims: only these decide what is declared. */
function isInfrastructure(root: string) {
  return (path: string) => path.endsWith(".ts") && !path.startsWith(join(root, "packages"));
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((left, right) =>
    left.name < right.name ? -1 : 1,
  );
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return MADE.has(entry.name) ? [] : filesOf(path);
    return entry.isFile() ? [path] : [];
  });
}
