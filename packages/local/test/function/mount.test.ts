import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createCredentials } from "../../src/aws/credentials.ts";
import type { Machine, Running } from "../../src/emulator/emulator.ts";
import { functions } from "../../src/emulator/function/function.ts";
import { createServices } from "../../src/emulator/services.ts";
import { createNames } from "../../src/runner/names.ts";
import type { Graph } from "../../src/synth/graph.ts";
import { createTestMachine, type TestMachine } from "../machine.ts";

const POINT = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1";
const FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:Fn";
let test: TestMachine;
let machine: Machine;
let running: Running | undefined;

beforeEach(async () => {
  test = await createTestMachine();
  const services = createServices();
  services.provide("names", createNames());
  machine = {
    ...test,
    services,
    root: new URL("./fixtures", import.meta.url).pathname,
    region: "eu-west-1",
    accountId: "123456789012",
    port: undefined,
    endpointUrl: "http://127.0.0.1:1",
    fingerprint: "",
    credentials: createCredentials("seed"),
  };
});
afterEach(async () => {
  await running?.stop();
  await test.close();
});

const resource = (type: string, name: string, inputs: object, outputs: object) => ({
  ...{ type, name, urn: name, parent: undefined, id: name },
  ...{ inputs: { ...inputs }, outputs: { ...inputs, ...outputs } },
  options: {
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    dependencies: [],
    provider: undefined,
  },
});

/** A function that mounts an access point at /mnt/files. */
function mounting(arn: string): Graph {
  const variables = { FILES: "/mnt/files", BELOW: "/mnt/files/a/b", BESIDE: "/mnt/files-too" };
  return {
    app: {
      name: "app",
      stage: "test",
      removal: "remove",
      protect: false,
      providers: { aws: { region: "eu-west-1" } },
    },
    dev: false,
    outputs: {},
    functions: [
      {
        ...{
          functionID: "Fn",
          handler: "handlers.environment",
          runtime: "nodejs22.x",
          links: {},
          copyFiles: [],
        },
        ...{ properties: {}, dev: false, encryptionKey: Buffer.alloc(32, 7).toString("base64") },
      },
    ],
    resources: [
      resource(
        "aws:efs/accessPoint:AccessPoint",
        "Point",
        { fileSystemId: "fs-1", rootDirectory: { path: "/own" } },
        { arn: POINT },
      ),
      resource(
        "aws:lambda/function:Function",
        "FnFunction",
        {
          ...{ name: "Fn", memorySize: 128, timeout: 10, role: "arn:aws:iam::123456789012:role/r" },
          ...{ fileSystemConfig: { arn, localMountPath: "/mnt/files" }, environment: { variables } },
        },
        { arn: FUNCTION },
      ),
    ],
  };
}

it("a function finds the file system that it mounts in the folder that tasks find it in", async () => {
  running = await functions.start(mounting(POINT), machine);
  const { payload } = await machine.services
    .get("functions")
    .invoke(FUNCTION, "{}", { signal: new AbortController().signal });
  const folder = join(test.state.path, "efs/fs-1/own");
  expect(JSON.parse(payload)).toMatchObject({
    FILES: folder,
    BELOW: join(folder, "a/b"),
    BESIDE: "/mnt/files-too",
  });
  // It is there to be written to.
  writeFileSync(join(folder, "file"), "");
});

it("a function that mounts what the app does not have is refused by name", async () => {
  await expect(functions.start(mounting(`${POINT}2`), machine)).rejects.toThrow(
    /FnFunction mounts the access point .*fsap-12/,
  );
});
