import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, startApp } from "../src/runner/start.ts";
import { startOf } from "../src/runner/process-identity.ts";
import { until } from "./machine.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
/** Inside the repository, so that the app's imports find their packages. */
const root = mkdtempSync(join(import.meta.dirname, "app-"));
let app: App;
let s3: S3Client;
let bucket: string;

beforeAll(async () => {
  cpSync(join(import.meta.dirname, "app"), root, { recursive: true });
  symlinkSync(join(repository, ".sst"), join(root, ".sst"));
  await open();
});
afterAll(async () => {
  await app.stop();
  rmSync(root, { recursive: true, force: true });
});

async function open(): Promise<void> {
  app = await startApp({ root, stage: "test" });
  s3 = new S3Client(clientOptions());
  bucket = app.outputs.box as string;
}

const clientOptions = () => ({ endpoint: app.endpointUrl, region: app.region, credentials: app.credentials });
const put = (key: string, text: string) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
const read = async (key: string) => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }));
  if (!Contents.some(({ Key }) => Key === key)) return undefined;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body?.transformToString();
};

describe("an app that has nothing in common with any other", () => {
  it("runs from its own config: bucket, function, state machine, task, topic and API, one after the other", async () => {
    await put("in/some words", "one two three");
    expect(await until("the message", () => read("messages/last"), 60_000)).toBe(
      JSON.stringify({ key: "in/some words", words: 3 }),
    );
    const answer = await fetch(`${app.outputs.api as string}words/some%20words`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ words: 3 });
    expect((await fetch(`${app.outputs.api as string}words/none`)).status).toBe(404);
    expect((await fetch(`${app.outputs.api as string}other`)).status).toBe(403);
  });

  it("lets a function do what its role says, and no more", async () => {
    const answer = await fetch(`${app.outputs.api as string}secret`);
    expect([answer.status, await answer.text()]).toEqual([403, "AccessDenied"]);
  });

  it("shows the public what a bucket's policy opens to its distribution, and lets nobody change it there", async () => {
    const shown = app.outputs.shown as string;
    await s3.send(new PutObjectCommand({ Bucket: shown, Key: "shown/a.txt", Body: "kept" }));
    const at = (path: string) => `${app.outputs.site as string}/shown/${path}`;
    const ask = async (path: string, init?: RequestInit) => (await fetch(at(path), init)).status;
    expect(await (await fetch(at("a.txt"))).text()).toBe("kept");
    expect(await ask("a.txt", { method: "PUT", body: "changed" })).toBe(403);
    expect(await ask("a.txt", { method: "DELETE" })).toBe(403);
    expect(await ask("b.txt", { method: "PUT", body: "new" })).toBe(403);
    // Whoever may not list a bucket is not told what is missing in it.
    expect(await ask("none.txt")).toBe(403);
    expect(await (await fetch(at("a.txt"))).text()).toBe("kept");
  });

  it("says in its outputs where things are on this machine", () => {
    expect(app.outputs.api).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/test\/$/);
    expect(app.outputs.workflow).toMatch(/^arn:aws:states:eu-west-1:\d{12}:stateMachine:/);
  });

  it("goes on after a restart with its data, under its old address", async () => {
    const before = app.outputs.api;
    await app.stop();
    await open();
    expect(app.outputs.api).toBe(before);
    expect(await read("out/some words")).toBe(JSON.stringify({ words: 3 }));
    await put("in/again", "four five");
    await until("the second result", () => read("out/again"), 60_000);
  });

  it("retries a task that fails, and fails the execution when it fails again", async () => {
    await put("in/bad", "fail");
    const states = new SFNClient(clientOptions());
    const stateMachineArn = app.outputs.workflow as string;
    const failed = await until(
      "the failed execution",
      async () =>
        (await states.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: "FAILED" })))
          .executions?.[0],
      60_000,
    );
    const { error, cause = "" } = await states.send(
      new DescribeExecutionCommand({ executionArn: failed.executionArn ?? "" }),
    );
    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause)).toMatchObject({ Containers: [{ ExitCode: 1 }] });
  });

  it("leaves no process and no lock when it stops", async () => {
    const processes = JSON.parse(readFileSync(join(app.stateFolder, "processes.json"), "utf8")) as {
      pid: number;
    }[];
    await app.stop();
    for (const { pid } of processes) expect(startOf(pid)).toBeUndefined();
    expect(existsSync(join(app.stateFolder, "lock.json"))).toBe(false);
  });
});
