import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Built, buildFunctions } from "../../src/emulator/function/build.ts";
import { DEFAULT_EVENTS, type EventSettings, type GivenUp } from "../../src/emulator/function/events.ts";
import { createHost, type FunctionHost } from "../../src/emulator/function/host.ts";
import type { FunctionSpec } from "../../src/synth/graph.ts";

const root = new URL("./fixtures", import.meta.url).pathname;
const KEY = Buffer.alloc(32, 7).toString("base64");
const folder = mkdtempSync(join(tmpdir(), "functions-"));
let builds = new Map<string, Built>();
const hosts: FunctionHost[] = [];
const never = new AbortController().signal;

const spec = (handler: string): FunctionSpec => ({
  functionID: handler,
  handler: `handlers.${handler}`,
  runtime: "nodejs22.x",
  encryptionKey: KEY,
  links: { Things: { name: "a-bucket", type: "sst:aws:Bucket" } },
  copyFiles: [],
  properties: {},
  dev: false,
});

beforeAll(async () => {
  const handlers = ["echo", "environment", "link", "fails", "hangs", "spins", "crashes", "callback", "large"];
  builds = await buildFunctions(handlers.map(spec), root, join(folder, "built"));
});
afterEach(() => {
  for (const host of hosts.splice(0)) host.stop();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function host(
  handler: string,
  options: {
    timeoutSeconds?: number;
    concurrency?: number;
    env?: Record<string, string>;
    events?: EventSettings;
  } = {},
  warnings: string[] = [],
): FunctionHost {
  const built = builds.get(handler);
  if (!built) throw new Error(handler);
  const env = {
    AWS_LAMBDA_FUNCTION_NAME: "fn",
    _HANDLER: built.handler,
    LAMBDA_TASK_ROOT: built.folder,
    SST_KEY: KEY,
    SST_KEY_FILE: "resource.enc",
    SST_RESOURCE_App: '{"name":"app","stage":"test"}',
  };
  const created = createHost(
    [
      {
        name: "Fn",
        arn: "arn:fn",
        folder: built.folder,
        memoryMegabytes: 128,
        timeoutSeconds: options.timeoutSeconds ?? 10,
        concurrency: options.concurrency ?? 2,
        events: options.events ?? DEFAULT_EVENTS,
        output: () => undefined,
        env: { ...env, ...options.env },
      },
    ],
    (message) => warnings.push(message),
  );
  hosts.push(created);
  return created;
}

const invoke = async (fn: FunctionHost, event: unknown = {}) => {
  const outcome = await fn.invoke("arn:fn", JSON.stringify(event), { signal: never });
  return { ok: outcome.ok, value: JSON.parse(outcome.payload) as Record<string, unknown> };
};

describe("an invocation", () => {
  it("hands over the event and Lambda's context, and keeps the environment's globals for the next one", async () => {
    const fn = host("echo");
    const first = await invoke(fn, { a: [1, "ü"] });
    expect(first).toMatchObject({
      ok: true,
      value: { event: { a: [1, "ü"] }, functionName: "fn", count: 1 },
    });
    expect(first.value.remainingMs).toBeGreaterThan(8000);
    expect((await invoke(fn)).value).toMatchObject({ count: 2 });
  });

  it("runs one at a time in an environment, and makes callers wait beyond the limit", async () => {
    const fn = host("echo", { concurrency: 2 });
    const counts = (await Promise.all(Array.from({ length: 10 }, () => invoke(fn)))).map(
      ({ value }) => value.count as number,
    );
    expect(counts.reduce((sum, count) => sum + Number(count === 1), 0)).toBe(2);
    expect(counts).toHaveLength(10);
  });

  it("answers through the callback as well", async () => {
    expect(await invoke(host("callback"), { n: 1 })).toEqual({
      ok: true,
      value: { by: "callback", event: { n: 1 } },
    });
  });

  it("by a name that no function has is Lambda's own error", async () => {
    await expect(host("echo").invoke("arn:other", "{}", { signal: never })).rejects.toMatchObject({
      error: "Lambda.ResourceNotFoundException",
    });
  });
});

describe("the environment of a function", () => {
  it("holds what infrastructure gives it and nothing of the machine's", async () => {
    process.env.SECRET_OF_THE_MACHINE = "1";
    const { value } = await invoke(host("environment", { env: { OWN: "yes" } }));
    expect(value).toMatchObject({ OWN: "yes", AWS_LAMBDA_FUNCTION_NAME: "fn" });
    expect(value).not.toHaveProperty("SECRET_OF_THE_MACHINE");
    expect(value).not.toHaveProperty("HOME");
  });

  it("has the links that infrastructure gives it, through SST's own SDK", async () => {
    expect(await invoke(host("link"), { name: "Things" })).toEqual({
      ok: true,
      value: { name: "a-bucket", type: "sst:aws:Bucket" },
    });
  });

  it("fails at a resource that is not linked as it would in the cloud", async () => {
    const { ok, value } = await invoke(host("link"), { name: "Other" });
    expect(ok).toBe(false);
    expect(value.errorMessage).toBe('"Other" is not linked in your sst.config.ts to fn');
  });

  it("has the files that are copied beside its code", async () => {
    const source = join(folder, "data.txt");
    writeFileSync(source, "data");
    const copying = { ...spec("echo"), copyFiles: [{ from: source, to: "extra/data.txt", isDir: false }] };
    const built = await buildFunctions([copying], root, join(folder, "copy"));
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(join(built.get("echo")?.folder ?? "", "extra/data.txt"), "utf8")).toBe("data");
  });
});

describe("a failure", () => {
  it("carries the error's name and message", async () => {
    const { ok, value } = await invoke(host("fails"));
    expect(ok).toBe(false);
    expect(value).toMatchObject({ errorType: "CustomError", errorMessage: "the message" });
    expect((value.trace as string[])[0]).toBe("CustomError: the message");
  });

  it("of a handler that hangs is Lambda's timeout, and the next invocation gets a new environment", async () => {
    for (const handler of ["hangs", "spins"]) {
      const fn = host(handler, { timeoutSeconds: 1, concurrency: 1 });
      const { value } = await invoke(fn);
      expect(value.errorType).toBe("Sandbox.Timedout");
      expect(value.errorMessage).toMatch(/Task timed out after 1\.00 seconds$/);
      expect((await invoke(fn)).value.errorType).toBe("Sandbox.Timedout");
    }
  });

  it("that ends the process is Lambda's exit error and harms nobody else", async () => {
    const fn = host("crashes", { concurrency: 1 });
    expect((await invoke(fn)).value.errorType).toBe("Runtime.ExitError");
    expect((await invoke(fn)).value.errorType).toBe("Runtime.ExitError");
  });

  it("of an event is tried three times and then reported", async () => {
    const warnings: string[] = [];
    await host("fails", {}, warnings).invokeAsync("arn:fn", "{}");
    expect(warnings).toEqual([expect.stringContaining("CustomError")]);
  }, 20_000);

  it("of an event that is not to be tried again is kept at once, with the event and what it failed with", async () => {
    const kept: GivenUp[] = [];
    const events = { retries: 0, keep: async (failure: GivenUp) => void kept.push(failure) };
    await host("fails", { events }, []).invokeAsync("arn:fn", '{"a":1}');
    expect(kept).toEqual([
      { event: '{"a":1}', response: expect.stringContaining("CustomError") as string, invocations: 1 },
    ]);
  });

  it("that cannot be kept either is reported, and is nobody else's failure", async () => {
    const warnings: string[] = [];
    const events = { retries: 0, keep: () => Promise.reject(new Error("no such queue")) };
    await host("fails", { events }, warnings).invokeAsync("arn:fn", "{}");
    expect(warnings).toEqual([
      expect.stringContaining("CustomError"),
      expect.stringContaining("no such queue"),
    ]);
  });

  it("is what a response above 6 MB is", async () => {
    expect((await invoke(host("large"))).value.errorType).toBe("Function.ResponseSizeTooLarge");
  });
});

describe("a build", () => {
  it("of a handler that is not there names the function and the handler", async () => {
    await expect(
      buildFunctions([{ ...spec("x"), handler: "nowhere.handler" }], root, join(folder, "x")),
    ).rejects.toThrow(/"nowhere.handler" of the function "x" is not there/);
  });
});
