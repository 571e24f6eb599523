import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf, only, statementsOf, subnetsOf } from "../graph.ts";
import { allStates, type Definition } from "../states/definition.ts";

/** Rows 9 and 21 of the requirements: the tasks and what they may do. */
let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

const both = () => [production, small];
const definition = (graph: Graph) => only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs;
const dockerfile = readFileSync(`${import.meta.dirname}/../../packages/worker/Dockerfile`, "utf8");

interface Container {
  readonly mountPoints: readonly { readonly sourceVolume: string; readonly containerPath: string }[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly [setting: string]: unknown;
}

function containerOf(graph: Graph): Container {
  const [container] = JSON.parse(definition(graph).containerDefinitions as string) as Container[];
  if (!container) throw new Error("The task definition has no container.");
  return container;
}

describe("tasks", () => {
  it("run on Fargate for ARM, in private subnets, without a public address, under Container Insights", () => {
    expect(definition(production)).toMatchObject({
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { cpuArchitecture: "ARM64" },
      networkMode: "awsvpc",
      skipDestroy: true,
    });
    expect(only(production, "aws:ecs/cluster:Cluster").inputs.settings).toEqual([
      { name: "containerInsights", value: "enabled" },
    ]);
    const machine = only(production, "aws:sfn/stateMachine:StateMachine").inputs.definition as string;
    const [, state] = allStates(JSON.parse(machine) as Definition).find(([name]) => name === "Process") ?? [];
    const { NetworkConfiguration } = (state?.Arguments ?? {}) as { NetworkConfiguration?: Network };
    const network = NetworkConfiguration?.AwsvpcConfiguration;
    expect(network?.AssignPublicIp).toBe("DISABLED");
    expect(network?.Subnets).toEqual(subnetsOf(production, /Private/).map(({ id }) => id));
  });

  it("are started for each execution, so no service and no scaling policy runs any", () => {
    for (const graph of both())
      expect(graph.resources.filter(({ type }) => /^aws:(ecs\/service|appautoscaling)/.test(type))).toEqual(
        [],
      );
  });

  it("have no privileges, no ports, no terminal and two minutes to end", () => {
    for (const graph of both()) {
      expect(containerOf(graph)).toMatchObject({
        user: "10001",
        pseudoTerminal: false,
        stopTimeout: 120,
        linuxParameters: { capabilities: { drop: ["ALL"] } },
      });
      expect(containerOf(graph)).not.toHaveProperty("portMappings");
    }
  });

  it("write to nothing but the scratch and the one folder that the image made for its user", () => {
    for (const graph of both()) {
      const { mountPoints, environment, readonlyRootFilesystem } = containerOf(graph);
      expect(readonlyRootFilesystem).toBe(true);
      const paths = Object.fromEntries(environment.map(({ name, value }) => [name, value]));
      expect(mountPoints.map(({ containerPath }) => containerPath).sort()).toEqual(
        [paths.SCRATCH_DIR, paths.WORK_DIR].sort(),
      );
      // Fargate gives a bare volume the owner and mode of the image's folder only where the image declares it a VOLUME.
      expect(dockerfile).toContain(`\nVOLUME ${paths.WORK_DIR}\n`);
      expect(dockerfile).toMatch(new RegExp(`install --directory --owner worker .* ${paths.WORK_DIR}\n`));
    }
  });

  it("mount the scratch over TLS and under their role, and the work folder from their own disk", () => {
    for (const graph of both()) {
      const point = only(graph, "aws:efs/accessPoint:AccessPoint").id;
      expect(definition(graph).volumes).toEqual([
        {
          name: point,
          efsVolumeConfiguration: {
            fileSystemId: only(graph, "aws:efs/fileSystem:FileSystem").id,
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: point, iam: "ENABLED" },
          },
        },
        { name: "work" },
      ]);
    }
    expect(definition(production).ephemeralStorage).toEqual({ sizeInGib: 100 });
  });

  it("never wait for their log", () => {
    for (const graph of both())
      expect(containerOf(graph).logConfiguration).toMatchObject({
        logDriver: "awslogs",
        options: { mode: "non-blocking", "max-buffer-size": "25m" },
      });
  });

  it("are fetched and logged by a role that reads no secret and no other image", () => {
    for (const graph of both()) {
      const role = only(graph, "aws:iam/role:Role", "WorkerExecutionRole");
      expect(definition(graph).executionRoleArn).toBe(role.outputs.arn);
      expect(definition(graph).taskRoleArn).not.toBe(role.outputs.arn);
      expect(role.inputs.managedPolicyArns).toEqual([]);
      const [policy] = role.inputs.inlinePolicies as { policy: string }[];
      const cluster = only(graph, "aws:ecs/cluster:Cluster").outputs.name as string;
      const granted = statementsOf(policy?.policy).map(({ Action, Resource }) => [Action, Resource]);
      expect(granted).toEqual([
        ["ecr:GetAuthorizationToken", "*"],
        [
          ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          "arn:aws:ecr:ap-northeast-1:123456789012:repository/sst-asset",
        ],
        [
          ["logs:CreateLogStream", "logs:PutLogEvents"],
          `arn:aws:logs:ap-northeast-1:123456789012:log-group:/sst/cluster/${cluster}/*`,
        ],
      ]);
      // What the role may fetch and write is what the definition names.
      const { image, logConfiguration } = containerOf(graph);
      expect(image).toMatch(/^123456789012\.dkr\.ecr\.ap-northeast-1\.amazonaws\.com\/sst-asset@sha256:/);
      expect((logConfiguration as { options: Record<string, string> }).options["awslogs-group"]).toMatch(
        new RegExp(`^/sst/cluster/${cluster}/`),
      );
    }
  });
});

interface Network {
  readonly AwsvpcConfiguration: { readonly AssignPublicIp: string; readonly Subnets: readonly string[] };
}
