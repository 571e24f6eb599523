import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "./graph.ts";
import { localServices } from "./local-services.ts";

/** What `sst dev --stage x` would have in the cloud, and what it would run on the developer's machine. */
let dev: Graph;

beforeAll(async () => {
  dev = await graphOf("x", { dev: true });
});

const root = `${import.meta.dirname}/..`;
const container = () =>
  (
    JSON.parse(
      only(dev, "aws:ecs/taskDefinition:TaskDefinition").inputs.containerDefinitions as string,
    ) as Container[]
  )[0];

interface Container {
  readonly image: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

describe("what sst dev leaves alone", () => {
  it("refuses every stage that others use, before anything is evaluated", async () => {
    for (const stage of ["production", "staging", "pr-7"])
      await expect(graphOf(stage, { dev: true })).rejects.toThrow(`"${stage}" is a stage that others use`);
  });

  it("has no database, cache, NAT gateway, address or interface endpoint in the cloud", () => {
    const costly = /rds\/|elasticache\/|ec2\/(natGateway|eip|instance):|wafv2\/|backup\//;
    expect(
      dev.resources.filter(({ type }) => costly.test(type)).map(({ type, name }) => [type, name]),
    ).toEqual([]);
    const endpoints = ofType(dev, "aws:ec2/vpcEndpoint:VpcEndpoint");
    expect(endpoints.filter(({ inputs }) => inputs.vpcEndpointType !== "Gateway")).toEqual([]);
  });

  it("names nothing of another stage", () => {
    const named = dev.resources.filter(({ inputs }) => typeof inputs.name === "string");
    const foreign = named.filter(({ inputs }) =>
      /telecine-(?!x\b)|production|staging/.test(inputs.name as string),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(foreign.map(({ inputs }) => inputs.name)).toEqual([]);
    expect(JSON.stringify(dev.resources)).not.toMatch(/telecine-production|telecine-staging/);
    expect(dev.app).toMatchObject({ protect: false, removal: "remove" });
  });

  it("keeps nothing back when it is removed", () => {
    expect(only(dev, "aws:s3/bucketV2:BucketV2", "MediaBucket").inputs.forceDestroy).toBe(true);
    for (const { inputs } of ofType(dev, "aws:secretsmanager/secret:Secret"))
      expect(inputs.recoveryWindowInDays).toBe(0);
  });
});

describe("functions", () => {
  it("are all live: a stub in the cloud, the handler on the developer's machine", () => {
    expect(dev.functions.length).toBeGreaterThan(4);
    expect(dev.functions.filter((spec) => !spec.dev)).toEqual([]);
    for (const { name, inputs } of ofType(dev, "aws:lambda/function:Function"))
      expect([name, inputs.handler, inputs.runtime]).toEqual([name, "bootstrap", "provided.al2023"]);
  });

  it("need no network of ours to reach the developer's machine, and set no capacity of the account apart", () => {
    for (const { name, inputs } of ofType(dev, "aws:lambda/function:Function")) {
      expect([name, inputs.vpcConfig]).toEqual([name, undefined]);
      expect([name, inputs.reservedConcurrentExecutions]).toEqual([name, undefined]);
    }
  });

  it("may use the channel to the developer's machine, whatever else their roles are narrowed to", () => {
    for (const { name } of ofType(dev, "sst:aws:Function"))
      expect([name, policyOf(only(dev, "aws:iam/role:Role", `${name}Role`))]).toEqual([
        name,
        expect.stringContaining("appsync:"),
      ]);
    expect(policyOf(only(dev, "aws:iam/role:Role", "WorkerTaskRole"))).toContain("appsync:");
  });

  it("get no authorities that only Lambda has a file of", () => {
    for (const { inputs } of ofType(dev, "aws:lambda/function:Function"))
      expect(JSON.stringify(inputs.environment)).not.toContain("/var/runtime");
  });
});

describe("worker", () => {
  it("is SST's stub in the cloud, on the architecture that SST 3.19.3 builds it for, as small as Fargate goes", () => {
    expect(container()?.image).toContain("/bridge-task:");
    expect(only(dev, "aws:ecs/taskDefinition:TaskDefinition").inputs).toMatchObject({
      runtimePlatform: { cpuArchitecture: "X86_64" },
      cpu: "256",
      memory: "512",
    });
    expect(ofType(dev, "docker-build:index:Image")).toEqual([]);
  });

  it("reaches the internet by an address of its own, and nothing reaches it", () => {
    const definition = JSON.parse(
      only(dev, "aws:sfn/stateMachine:StateMachine").inputs.definition as string,
    ) as unknown;
    const [network] = valuesOf(definition, "AwsvpcConfiguration") as {
      Subnets: string[];
      SecurityGroups: string[];
      AssignPublicIp: string;
    }[];
    const open = ofType(dev, "aws:ec2/subnet:Subnet").filter(({ name }) =>
      name.startsWith("VpcPublicSubnet"),
    );
    expect(network?.AssignPublicIp).toBe("ENABLED");
    expect(network?.Subnets).toEqual(open.map(({ id }) => id));
    const rules = ofType(dev, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    expect(
      rules.filter(({ inputs }) => network?.SecurityGroups.includes(inputs.securityGroupId as string)),
    ).toEqual([]);
  });

  it("is given no file system that a laptop cannot mount", () => {
    const { volumes } = only(dev, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    expect(JSON.stringify(volumes)).not.toContain("fileSystemId");
    const names = container()?.environment.map(({ name }) => name);
    expect(names).not.toContain("SCRATCH_DIR");
    expect(names).not.toContain("WORK_DIR");
  });

  it("runs on the developer's machine with the environment that the stub sends, whose PATH is the container's", async () => {
    const { command, directory } = only(dev, "sst:aws:Task").outputs._task as {
      command: string;
      directory: string;
    };
    // SST splits the command by the shell's rules and finds `env` itself.
    const line = `exec /usr/bin/${command} --print-argv ${root}/samples/big-buck-bunny.mp4`;
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", line], {
      cwd: `${root}/${directory}`,
      env: { PATH: "/a/container's/bin", HOME: "/root" },
    });
    expect(JSON.parse(stdout)).toContain("libx264");
  });
});

describe("database and cache", () => {
  it("are the ones that a dev command of ours starts", () => {
    expect(only(dev, "sst:sst:DevCommand", "Services").outputs._dev).toMatchObject({
      command: "npm run services",
      autostart: true,
    });
    const { database, cache } = localServices;
    const linked = dev.functions.flatMap(({ links }) => [links.Database ?? [], links.Cache ?? []].flat());
    expect(linked.length).toBeGreaterThan(10);
    for (const link of linked)
      expect(link).toMatchObject({
        host: database.host,
        port: link.type === "sst:aws:Postgres" ? database.port : cache.port,
        tls: false,
      });
  });

  it("are opened by secrets of the stage that hold what the local servers ask for", () => {
    const secrets = ofType(dev, "aws:secretsmanager/secretVersion:SecretVersion").map(
      ({ inputs }) => [inputs.secretId, JSON.parse(inputs.secretString as string)] as const,
    );
    const { username, password } = localServices.database;
    const spec = dev.functions.find(({ functionID }) => functionID === "ApiHandler");
    expect(Object.fromEntries(secrets)).toMatchObject({
      [spec?.links.Database?.secretArn as string]: { username, password },
      [spec?.links.Cache?.secretArn as string]: { authToken: "" },
    });
  });

  it("are migrated by what starts them: a deployment comes before, and would wait for them in vain", () => {
    expect(ofType(dev, "aws:lambda/invocation:Invocation")).toEqual([]);
  });
});

describe("console", () => {
  it("is served on the developer's machine, and sends what is the API's to this stage", () => {
    expect(only(dev, "sst:aws:StaticSite", "Console").outputs._dev).toMatchObject({
      command: "npm run dev",
      directory: "packages/console",
      environment: { TELECINE_API: dev.outputs.api },
    });
    expect(dev.outputs.console).toBe("http://localhost:5173");
  });
});

function policyOf({ inputs }: Resource): string {
  return (inputs.inlinePolicies as { policy: string }[] | undefined)?.[0]?.policy ?? "";
}

/** Every value that stands under a key, however deep. */
function valuesOf(value: unknown, key: string): unknown[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) =>
    name === key ? [inner] : valuesOf(inner, key),
  );
}
