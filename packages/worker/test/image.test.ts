import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clip } from "./clips.ts";

const execute = promisify(execFile);
const worker = join(import.meta.dirname, "..");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telecine-image-test-"));
  await execute(process.execPath, [join(worker, "build.ts"), folder]);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("what the image holds", () => {
  it("is the worker in one file, which needs no packages", async () => {
    const run = (...args: string[]) =>
      execute(process.execPath, [join(folder, "worker.mjs"), ...args], { cwd: tmpdir() });
    expect((await run("--help")).stdout).toMatch(/TASK_INPUT/);
    const argv = JSON.parse((await run("--print-argv", await clip("wide.mp4"))).stdout) as string[];
    expect(argv[0]).toMatch(/ffmpeg$/);
    expect(argv).toContain("libx264");
  });

  it("says as JSON what is wrong with its input, and exits with 1", async () => {
    const env = { PATH: process.env.PATH, TASK_INPUT: '{"videoId":"../x","attempt":1}' };
    const failure: unknown = await execute(process.execPath, [join(folder, "worker.mjs")], { env }).catch(
      (error: unknown) => error,
    );
    const { code, stdout } = failure as { code: number; stdout: string };
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ level: "error", msg: "the task failed" });
  });

  it("are the authorities of Amazon RDS that are still valid, those of the default region among them", async () => {
    const pem = await readFile(join(folder, "rds-ca.pem"), "utf8");
    const certificates =
      pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)?.map((text) => new X509Certificate(text)) ??
      [];
    expect(certificates.some(({ subject }) => subject.includes("ap-northeast-1 Root CA RSA2048 G1"))).toBe(
      true,
    );
    expect(certificates.every(({ validTo }) => new Date(validTo) > new Date())).toBe(true);
  });
});

describe("the Dockerfile", () => {
  it("pins every image, and ends as a user that is not root", async () => {
    const lines = (await readFile(join(worker, "Dockerfile"), "utf8")).split("\n");
    const images = lines
      .filter((line) => line.startsWith("FROM "))
      .map((line) => /([a-z]+):([^ ]+)/.exec(line)?.[2]);
    expect(images.every((tag) => tag !== undefined && /^\d+\.\d+/.test(tag))).toBe(true);
    expect(lines.filter((line) => line.startsWith("USER "))).toEqual(["USER 10001:10001"]);
  });

  it("is given no folder that SST fills, and nothing by default", async () => {
    const lines = (await readFile(join(worker, "Dockerfile.dockerignore"), "utf8")).trim().split("\n");
    expect(lines[1]).toBe("*");
    expect(lines.at(-1)).toBe(".sst");
  });
});
