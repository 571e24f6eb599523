import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../lib/folders.ts";
import type { Stage } from "./dockerfile.ts";
import { run } from "./shell.ts";

const MIRROR = "http://deb.debian.org";
const SUITE = "bookworm";

/** What Debian's "slim" image leaves out, now and in everything that is installed later. */
const SLIM = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*"];

const SOURCES = `Types: deb
URIs: ${MIRROR}/debian
Suites: ${SUITE} ${SUITE}-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: ${MIRROR}/debian-security
Suites: ${SUITE}-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

/** Makes Debian's slim image once, by debootstrap, and keeps it in the cache's folder. */
export async function debianArchive(cache: string): Promise<string> {
  const archive = join(cache, `${SUITE}-slim.tar`);
  if (existsSync(archive)) return archive;
  const folder = join(cache, "debootstrap");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run("debootstrap", ["--variant=minbase", SUITE, folder, `${MIRROR}/debian`]);
  rmSync(join(folder, "etc/apt/sources.list"), { force: true });
  writeFileSync(join(folder, "etc/apt/sources.list.d/debian.sources"), SOURCES);
  const excludes = SLIM.map((path) => `path-exclude ${path}\n`).join("");
  writeFileSync(
    join(folder, "etc/dpkg/dpkg.cfg.d/docker"),
    `${excludes}path-include /usr/share/doc/*/copyright\n`,
  );
  await run("/bin/sh", ["-c", SLIMMING, "sh", folder]);
  await run("tar", ["--numeric-owner", "-C", folder, "-cf", `${archive}.part`, "."]);
  renameSync(`${archive}.part`, archive);
  rmSync(folder, { recursive: true });
  return archive;
}

const SLIMMING = `set -e; cd "$1"
find usr/share/doc -type f ! -name copyright -delete
rm -rf usr/share/man/* usr/share/info/* usr/share/locale/* var/lib/apt/lists/* var/cache/apt/archives/*.deb var/log/* run/mount
find . -xdev -type d -name __pycache__ -prune -exec rm -rf {} +`;

/** Unpacks what a stage is FROM into an empty folder: Debian, and for Node.js's image Node.js with npm on top of it. */
export async function unpack({ base }: Stage, folder: string, cache: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await run("tar", ["--numeric-owner", "-C", folder, "-xpf", await debianArchive(cache)]);
  if (base.image === "debian" && base.tag.startsWith("12.")) return;
  if (base.image === "node" && base.tag.includes(`-${SUITE}`)) {
    addNode(folder, base.tag);
    return;
  }
  throw new Error(
    `These checks have no likeness of ${base.image}:${base.tag}; they know Debian 12 and Node.js on it.`,
  );
}

function addNode(folder: string, tag: string): void {
  const platform = join(root, "node_modules", `node-${process.platform}-${process.arch}`);
  const { version } = JSON.parse(readFileSync(join(platform, "package.json"), "utf8")) as { version: string };
  if (!tag.startsWith(`${version}-`))
    throw new Error(`The Dockerfile wants Node.js ${tag}, package.json pins ${version}: make them the same.`);
  const local = join(folder, "usr/local");
  cpSync(join(platform, "bin/node"), join(local, "bin/node"));
  const npm = process.env.npm_execpath;
  if (!npm) throw new Error("npm was not found. Run this by `npm run check:image`.");
  cpSync(dirname(dirname(npm)), join(local, "lib/node_modules/npm"), { recursive: true, dereference: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin/npm"));
}
