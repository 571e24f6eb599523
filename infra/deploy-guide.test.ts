import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "./graph.ts";

/** What docs/deploy.md tells people to set and to ask AWS for, against what the infrastructure reads and reserves. */
const root = `${import.meta.dirname}/..`;
const guide = readFileSync(`${root}/docs/deploy.md`, "utf8");
const workflow = readFileSync(`${root}/.github/workflows/deploy.yml`, "utf8");
let stages: { production: Graph; small: Graph };

beforeAll(async () => {
  stages = { production: await graphOf("production"), small: await graphOf("x") };
});

/** For `sst dev` alone: two ports of a developer's machine (docs/development.md), and what the console's server is told. */
const OF_DEVELOPMENT = ["TELECINE_API", "TELECINE_CACHE_PORT", "TELECINE_DATABASE_PORT"];

describe("settings", () => {
  const read = variablesIn(
    ["sst.config.ts", ...readdirSync(`${root}/infra`).map((name) => `infra/${name}`)].filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
    ),
  );

  it("are those that the infrastructure reads, each in the table", () => {
    const table = [...guide.matchAll(/^\| `(TELECINE_\w+)`/gm)].map(([, name]) => name);
    expect(table.sort()).toEqual(read.filter((name) => !OF_DEVELOPMENT.includes(name)));
  });

  it("all reach a deployment from GitHub", () => {
    const given = [...workflow.matchAll(/^\s+(TELECINE_\w+):/gm)].map(([, name]) => name);
    expect(given.sort()).toEqual(read.filter((name) => !OF_DEVELOPMENT.includes(name)));
  });
});

describe("quotas", () => {
  const row = (name: string) =>
    guide.split("\n").find((line) => line.startsWith("| ") && line.includes(name)) ?? "";
  const both = (of: (graph: Graph) => number) => [of(stages.production), of(stages.small)] as const;

  it("of Lambda leave 100 copies to everybody else, as AWS insists on", () => {
    const [production, small] = both((graph) =>
      ofType(graph, "aws:lambda/function:Function")
        .map(({ inputs }) => (inputs.reservedConcurrentExecutions as number | undefined) ?? 0)
        .reduce((sum, reserved) => sum + reserved, 0),
    );
    expect(row("Lambda, concurrent")).toContain(
      `${production} in production, ${small} elsewhere are reserved, and AWS insists on 100 for everybody else: ask for ${production + 100}, or ${small + 100}, at least`,
    );
  });

  it("of Fargate are a video's, times the videos that are to be at work at once", () => {
    const [production, small] = both(
      (graph) => Number(only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs.cpu) / 1024,
    );
    expect(row("Fargate On-Demand")).toContain(
      `${production} for each video at work in production, ${small} elsewhere`,
    );
  });

  it("of addresses are the NAT gateways'", () => {
    const [production, small] = both((graph) => ofType(graph, "aws:ec2/eip:Eip").length);
    expect(row("Elastic IPs")).toContain(`${production} in production, ${small} elsewhere`);
  });
});

function variablesIn(files: readonly string[]): string[] {
  const names = files.flatMap((file) => [
    ...readFileSync(`${root}/${file}`, "utf8").matchAll(/\b(TELECINE_[A-Z_]+)\b/g),
  ]);
  return [...new Set(names.map(([, name]) => name ?? ""))].sort();
}
