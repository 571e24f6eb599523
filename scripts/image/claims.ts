import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { outputPrefix } from "@telecine/core/storage/keys";
import { createId } from "@telecine/core/util/id";
import { folderBucket, offer, readResult } from "../../packages/worker/test/folder-bucket.ts";
import { sample, root } from "../lib/folders.ts";
import type { Image } from "./build.ts";
import { buildRemains, buildTools, looseFiles, type Sizes, setuidFiles } from "./inspect.ts";
import type { Sandbox } from "./sandbox.ts";
import { run, type Result } from "./shell.ts";

/** What is claimed of the image, and how it is tried. `prove` rejects with what was found instead. */
export interface Claim {
  readonly text: string;
  readonly prove: () => Promise<void>;
}

/** Where the project's own files lie in the image while it is tried. */
export const REPOSITORY = "/mnt";

const USER = "10001:10001";
const MB = 1e6;
/** Of the image without ffmpeg and its libraries, in bytes, compressed. */
const MOST_OF_OURS = 100 * MB;

/** What is true of the image's files, run or not. */
export function claimsOfFiles(image: Image, sizes: Sizes): Claim[] {
  const ours = sizes.total - sizes.packages;
  return [
    {
      text: `it is run as ${USER}, and nobody in it can become anybody else`,
      prove: async () => {
        equal(image.user, USER);
        none("run as somebody else", await setuidFiles(image));
      },
    },
    {
      text: "all in it is root's and nobody else may write to it, but for its volumes",
      prove: async () => {
        none("loose", await looseFiles(image));
      },
    },
    {
      text: "it holds no tools to build or fetch programs with",
      prove: async () => {
        none("there", buildTools(image));
      },
    },
    {
      text: "nothing of its making is left in it",
      prove: async () => {
        none("left", buildRemains(image));
      },
    },
    {
      text: `besides ffmpeg and its libraries it is less than ${MOST_OF_OURS / MB} MB, compressed`,
      prove: async () => {
        if (ours >= MOST_OF_OURS) throw new Error(`It is ${(ours / MB).toFixed(1)} MB.`);
      },
    },
  ];
}

/** What is seen of the image when it runs as ECS would run it. */
export function claimsOfRuns(image: Image, sandbox: Sandbox): Claim[] {
  const start = (...args: string[]) => sandbox.run([...image.entrypoint, ...args]);
  return [
    {
      text: "it starts, with a root that is read-only, no capability, and no network",
      prove: async () => {
        matches((await succeeded(start("--help"))).stdout, /TASK_INPUT/);
        const status = (await succeeded(sandbox.run(["cat", "/proc/self/status"]))).stdout;
        matches(status, /^Uid:\s+10001\s+10001/m);
        matches(status, /^CapEff:\s+0+$/m);
        matches(status, /^CapBnd:\s+0+$/m);
        matches(status, /^NoNewPrivs:\s+1$/m);
      },
    },
    { text: "nothing can be written but its volumes, which can", prove: () => proveReadOnly(image, sandbox) },
    {
      text: "it says what it would encode a clip with",
      prove: async () => {
        const clip = join(REPOSITORY, relative(root, sample));
        const argv = JSON.parse((await succeeded(start("--print-argv", clip))).stdout) as string[];
        matches(argv[0] ?? "", /ffmpeg$/);
        if (!argv.includes("libx264")) throw new Error(`It would run ${argv.join(" ")}`);
      },
    },
    {
      text: "it encodes a whole video, and leaves nothing on its disk",
      prove: () => proveEncode(image, sandbox),
    },
  ];
}

async function proveReadOnly(image: Image, sandbox: Sandbox): Promise<void> {
  for (const folder of [
    "/",
    "/tmp",
    "/var/tmp",
    "/root",
    "/opt/telecine",
    "/dev",
    "/dev/shm",
    "/run",
    "/etc",
  ]) {
    const { code } = await sandbox.run(["/bin/sh", "-c", `: > ${folder}/written`]);
    if (code === 0) throw new Error(`${folder} can be written.`);
  }
  for (const volume of image.volumes)
    await succeeded(sandbox.run(["/bin/sh", "-c", `: > ${volume}/written && rm ${volume}/written`]));
}

/**
 * The image's Node.js and ffmpeg, as the image is run, with the worker from the repository and a bucket that is a folder
 * of its volume. The image's own program asks for S3, PostgreSQL and Redis, and so is not the one that runs here.
 */
async function proveEncode(image: Image, sandbox: Sandbox): Promise<void> {
  const [volume = ""] = image.volumes;
  const place = sandbox.volume(volume);
  const bucket = folderBucket(join(place, "bucket"));
  const ticket = { videoId: createId("video"), attempt: 1 };
  await offer(bucket, ticket, sample);
  await run("chown", ["-R", image.user, bucket.root]);
  const program = `${REPOSITORY}/packages/worker/test/fixtures/task.ts`;
  const env = { TASK_INPUT: JSON.stringify(ticket), BUCKET: `${volume}/bucket` };
  await succeeded(sandbox.run(["/usr/bin/tini", "--", "node", program], env));
  const result = await readResult(bucket, ticket);
  if (result.outcome !== "ready") throw new Error(`The task ended as ${result.outcome}.`);
  const { renditions, audio } = result;
  const stored = [...renditions, ...audio].flatMap(({ init, segments }) => [init, ...segments]);
  if (renditions.length < 2 || audio.length === 0) throw new Error("It made too little of the sample.");
  for (const { key, sizeBytes } of stored)
    equal(statSync(join(bucket.root, outputPrefix(result), key)).size, sizeBytes);
  equal(readdirSync(place).join(" "), "bucket");
}

/** Vitest from the repository, by the image's Node.js: whatever the tests start is the image's. */
export function testsClaim(image: Image, sandbox: Sandbox): Claim {
  const vitest = [`${REPOSITORY}/node_modules/vitest/vitest.mjs`, "run", "--configLoader", "runner"];
  const tests = ["--root", REPOSITORY, "--project", "integration", "packages/worker/test"];
  return {
    text: "the worker's own tests pass in it",
    prove: async () => {
      const { code, stdout, stderr } = await sandbox.run(
        ["/usr/bin/tini", "--", "node", ...vitest, ...tests],
        { NO_COLOR: "1" },
      );
      if (code !== 0) throw new Error(`Exit code ${code}:\n${`${stdout}${stderr}`.trim().slice(-8000)}`);
    },
  };
}

async function succeeded(running: Promise<Result>): Promise<Result> {
  const result = await running;
  if (result.code === 0) return result;
  throw new Error(`Exit code ${result.code}: ${`${result.stdout}${result.stderr}`.trim().slice(-800)}`);
}

function equal(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`Found ${String(found)}, expected ${String(expected)}.`);
}

function none(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${found.length} are ${what}: ${found.slice(0, 10).join(", ")}`);
}

function matches(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`Found no ${String(pattern)} in: ${text.slice(0, 400)}`);
}
