import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { debianArchive } from "./image/base.ts";
import { buildImage } from "./image/build.ts";
import { type Claim, claimsOfFiles, claimsOfRuns, REPOSITORY, testsClaim } from "./image/claims.ts";
import { measure, type Sizes } from "./image/inspect.ts";
import { openSandbox } from "./image/sandbox.ts";
import { fail } from "./lib/fail.ts";
import { root } from "./lib/folders.ts";

interface Options {
  readonly cache: string;
  readonly tests?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}

interface Outcome {
  readonly claim: string;
  readonly problem: string | null;
}

/** `npm run check:image`: the worker's Dockerfile carried out without Docker, and its image tried. */
const program = new Command("npm run check:image --")
  .description(
    "Carries out packages/worker/Dockerfile in folders of this machine, without Docker, and runs what comes out as ECS would: not as root, on a root file system that is read-only. Needs Linux, root and debootstrap; takes three minutes, the first time five.",
  )
  .option(
    "--cache <folder>",
    "where Debian's base image is kept for the next time",
    join(root, ".local/image"),
  )
  .option("--tests", "run the worker's own tests in it as well, which takes three minutes more")
  .option("--keep", "leave the image's folder behind and say where it is")
  .option("--json", "print sizes in bytes and outcomes as one JSON line")
  .showHelpAfterError();

await main(program.parse().opts<Options>()).catch(fail);

async function main({ cache, tests = false, keep = false, json = false }: Options): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error(
      "This check mounts and changes roots: run it on Linux, as root (`sudo npm run check:image`).",
    );
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "telecine-image-"));
  try {
    const image = await buildImage(folder, cache, (text) => process.stderr.write(`${text.slice(0, 118)}\n`));
    const sizes = await measure(image, await debianArchive(cache));
    const sandbox = openSandbox(image, folder, new Map([[REPOSITORY, root]]));
    const claims = [
      ...claimsOfFiles(image, sizes),
      ...claimsOfRuns(image, sandbox),
      ...(tests ? [testsClaim(image, sandbox)] : []),
    ];
    const outcomes: Outcome[] = [];
    for (const claim of claims) outcomes.push(await judge(claim));
    process.stdout.write(json ? `${JSON.stringify({ sizes, outcomes })}\n` : report(sizes, outcomes));
    if (outcomes.some(({ problem }) => problem !== null)) process.exitCode = 1;
  } finally {
    if (keep) process.stderr.write(`The image's files are in ${folder}.\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

async function judge({ text, prove }: Claim): Promise<Outcome> {
  try {
    await prove();
    return { claim: text, problem: null };
  } catch (error) {
    return { claim: text, problem: (error as Error).message };
  }
}

function report(sizes: Sizes, outcomes: readonly Outcome[]): string {
  const { total, debian, packages, node, worker } = sizes;
  const parts = {
    debian,
    "ffmpeg and its libraries": packages,
    "Node.js": node,
    "the worker": worker,
    total,
  };
  const table = Object.entries(parts).map(
    ([name, bytes]) => `  ${name.padEnd(26)}${(bytes / 1e6).toFixed(1).padStart(7)} MB`,
  );
  const lines = outcomes.map(({ claim, problem }) =>
    problem === null ? `  passed  ${claim}` : `  FAILED  ${claim}\n          ${problem}`,
  );
  return ["", "Compressed:", ...table, "", ...lines, ""].join("\n");
}
