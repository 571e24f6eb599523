import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createRunTool, type Ended, type Invocation } from "../src/ffmpeg/spawn.ts";
import { findTools, type Toolbox } from "../src/ffmpeg/tools.ts";
import { groupOf } from "./processes.ts";

const found = findTools();

/** Node stands for ffmpeg: a process that does what its script says. */
const tools: Toolbox = { ...found, ffmpeg: process.execPath };
/** As on a system without death signals and limits. */
const bare: Toolbox = { ...tools, setpriv: undefined, prlimit: undefined };

const LEASHES: [string, Toolbox][] = [
  ["with a death signal", tools],
  ["with a guard", bare],
];

function run(script: string, options: Partial<Invocation> = {}, toolbox = tools): Promise<Ended> {
  return createRunTool(toolbox)({
    tool: "ffmpeg",
    args: ["-e", script],
    folder: tmpdir(),
    timeoutMs: 20_000,
    limits: { cpuSeconds: 20, fileSizeBytes: 1_000_000, niceness: 5 },
    signal: new AbortController().signal,
    ...options,
  });
}

const FOREVER = "setInterval(() => {}, 1000);";
const STUBBORN = `process.on("SIGTERM", () => {}); ${FOREVER}`;

describe.each(LEASHES)("a process %s", (_name, toolbox) => {
  it("gives its exit code and what it said", async () => {
    const ended = await run(`console.log("out"); console.error("err"); process.exitCode = 3`, {}, toolbox);
    expect(ended).toEqual({
      exitCode: 3,
      killedBy: null,
      timedOut: false,
      outputTooLarge: false,
      output: "out\n",
      errors: "err",
    });
  });

  it("sees nothing of our environment but where programs are", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
    const { output } = await run("console.log(JSON.stringify(process.env))", {}, toolbox);
    delete process.env.AWS_SECRET_ACCESS_KEY;
    const { PATH, LC_ALL, ...others } = JSON.parse(output) as Record<string, string>;
    expect([PATH, LC_ALL]).toEqual([found.path, "C"]);
    // A shell says where it is.
    expect(Object.keys(others).filter((name) => !["PWD", "OLDPWD", "SHLVL", "_"].includes(name))).toEqual([]);
  });

  it("gets its arguments as they are", async () => {
    const words = ["a b", "$HOME", "`id`", "'\"", "-n", "*", "ü|;"];
    const { output } = await run(
      "",
      { args: ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...words] },
      toolbox,
    );
    expect(JSON.parse(output)).toEqual(words);
  });

  it("that takes too long is ended", async () => {
    expect(await run(FOREVER, { timeoutMs: 300 }, toolbox)).toMatchObject({ timedOut: true });
  });

  it("that says too much is ended", async () => {
    const script = `${FOREVER} process.stdout.write("x".repeat(2000))`;
    expect(await run(script, { maxOutputBytes: 1000 }, toolbox)).toMatchObject({
      outputTooLarge: true,
      output: "",
    });
  });

  it("that does not listen when it is asked to end is killed within three seconds", async () => {
    const controller = new AbortController();
    const startedAt = performance.now();
    const onLine = () => {
      controller.abort(new Error("asked to stop"));
    };
    const running = run(`${STUBBORN} console.log("up")`, { signal: controller.signal, onLine }, toolbox);
    await expect(running).rejects.toThrow("asked to stop");
    expect(performance.now() - startedAt).toBeLessThan(6_000); // and the start of Node on a busy machine
  });

  it.each([
    ["at work", FOREVER],
    ["asked to end, and not listening", STUBBORN],
  ])(
    "%s does not outlive the process that started it, even when that is killed",
    { timeout: 30_000 },
    async (_case, script) => {
      const parent = spawn(
        process.execPath,
        [fileURLToPath(new URL("fixtures/parent.ts", import.meta.url))],
        {
          env: { ...process.env, LEASH: JSON.stringify(toolbox), SCRIPT: script },
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      const child = await firstLine(parent.stdout);
      if (script === STUBBORN) process.kill(-groupOf(child), "SIGTERM");
      expect(isAlive(child)).toBe(true);
      parent.kill("SIGKILL");
      try {
        await until(() => !isAlive(child), 5_000);
      } finally {
        if (isAlive(child)) process.kill(child, "SIGKILL");
      }
    },
  );
});

describe("a process with limits", () => {
  it("cannot write a file larger than it may", async () => {
    const script = `require("fs").writeFileSync(process.argv[1], Buffer.alloc(2000000))`;
    const ended = await run("", {
      args: ["-e", script, `${tmpdir()}/limit-${process.pid}`],
      limits: { cpuSeconds: 9, fileSizeBytes: 1000, niceness: 0 },
    });
    expect(ended.exitCode).not.toBe(0);
  });

  it("cannot use more of the processor than it may", async () => {
    const ended = await run("for (;;);", { limits: { cpuSeconds: 1, fileSizeBytes: 0, niceness: 0 } });
    expect(ended.killedBy).toMatch(/SIGXCPU|SIGKILL/);
  });
});

describe("a process that cannot be started", () => {
  it("is an error that names it", async () => {
    const missing = { ...tools, ffmpeg: "/nowhere/ffmpeg" };
    await expect(run("", {}, missing)).rejects.toThrow(/ffmpeg could not be started: .*No such file/);
  });

  it("is found out before anything is done: what to install is said", () => {
    expect(() => findTools("/nowhere")).toThrow("ffmpeg was not found in PATH. Install ffmpeg 5.1 or newer.");
  });

  it("is not started at all when there is nobody to wait for it", async () => {
    await expect(run("", { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow("too late");
  });
});

async function firstLine(stream: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: stream })) return Number(line);
  throw new Error("The process ended without a word.");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, deadlineMs: number): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It did not happen within ${deadlineMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
