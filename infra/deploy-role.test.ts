import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../packages/local/src/synth/graph.ts";
import { graphOf, ofType } from "./graph.ts";

/** docs/deploy-role/policy.json, which a deployment's role gets, against what a deployment of each kind makes. */
const policy = JSON.parse(readFileSync(`${import.meta.dirname}/../docs/deploy-role/policy.json`, "utf8")) as {
  Statement: Statement[];
};
let graphs: Graph[];

beforeAll(async () => {
  graphs = [await graphOf("production"), await graphOf("x")];
});

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, string[]>> };
}

/** The IAM service of each of the provider's modules whose resources a deployment makes. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  apigateway: ["apigateway"],
  backup: ["backup"],
  budgets: ["budgets"],
  cloudfront: ["cloudfront"],
  ec2: ["ec2"],
  ecs: ["ecs"],
  efs: ["elasticfilesystem"],
  elasticache: ["elasticache"],
  iam: ["iam"],
  kms: ["kms"],
  lambda: ["lambda"],
  rds: ["rds"],
  s3: ["s3"],
  scheduler: ["scheduler"],
  secretsmanager: ["secretsmanager"],
  // A private DNS namespace is a hosted zone.
  servicediscovery: ["servicediscovery", "route53"],
  sfn: ["states"],
  sns: ["sns"],
  sqs: ["sqs"],
  vpc: ["ec2"],
  wafv2: ["wafv2"],
  xray: ["xray"],
};

/** The provider's `cloudwatch` module is three services. */
function servicesOf({ type }: Resource): readonly string[] {
  const [, path = ""] = type.split(":");
  const [module = "", kind = ""] = path.split("/");
  if (module === "cloudwatch")
    return [kind.startsWith("event") ? "events" : kind.startsWith("log") ? "logs" : "cloudwatch"];
  const services = SERVICES[module];
  if (!services) throw new Error(`Which IAM service is ${type}? Say so in infra/deploy-role.test.ts.`);
  return services;
}

/** Without a resource of theirs in the graph: SST's own work, what a domain needs, and what a backup vault asks for. */
const BESIDES = ["acm", "backup-storage", "cloudfront-keyvaluestore", "ecr", "ssm", "sts"];

const list = (value: string | readonly string[]) => (typeof value === "string" ? [value] : value);
const allowed = (sid: string) => policy.Statement.find((statement) => statement.Sid === sid);

describe("the policy of whoever deploys", () => {
  it("names the services that the app is made of, and no others", () => {
    const made = graphs
      .flatMap(({ resources }) => resources.filter(({ type }) => type.startsWith("aws:")))
      .flatMap(servicesOf);
    const named = policy.Statement.flatMap(({ Action }) => list(Action)).map(
      (action) => action.split(":")[0],
    );
    expect([...new Set(named)].sort(), "the services in docs/deploy-role/policy.json").toEqual(
      [...new Set([...made, ...BESIDES])].sort(),
    );
  });

  it("gives rights over roles for the app's own alone, and every role that is made is one", () => {
    const iam = policy.Statement.filter(({ Action }) =>
      list(Action).some((action) => action.startsWith("iam:")),
    );
    const resources = iam.flatMap(({ Resource }) => list(Resource));
    expect(resources.sort()).toEqual([
      "arn:aws:iam::*:role/aws-service-role/*",
      "arn:aws:iam::*:role/telecine/*",
      "arn:aws:iam::*:role/telecine/*",
    ]);
    for (const role of graphs.flatMap((graph) => ofType(graph, "aws:iam/role:Role")))
      expect([role.name, role.inputs.path]).toEqual([role.name, "/telecine/"]);
  });

  it("lets roles be given to the services that the app's roles trust, and no others", () => {
    const trusted = graphs
      .flatMap((graph) => ofType(graph, "aws:iam/role:Role"))
      .flatMap(({ inputs }) => servicesTrusted(inputs.assumeRolePolicy));
    const passed = allowed("RolesOfTheAppToServices")?.Condition?.StringEquals["iam:PassedToService"];
    expect(passed, "iam:PassedToService in docs/deploy-role/policy.json").toEqual(
      [...new Set(trusted)].sort(),
    );
  });

  it("reaches the app's buckets and SST's, and no others", () => {
    const patterns = list(allowed("BucketsOfTheAppAndOfSst")?.Resource ?? []);
    for (const { name, inputs } of graphs.flatMap((graph) => ofType(graph, "aws:s3/bucketV2:BucketV2")))
      expect([name, inputs.bucket]).toEqual([name, expect.stringMatching(/^telecine-/)]);
    expect(
      patterns.filter((pattern) => !/^arn:aws:s3:::(telecine|sst-asset|sst-state)-\*/.test(pattern)),
    ).toEqual([]);
  });

  it("fits into a managed policy, which has 6,144 characters", () => {
    expect(JSON.stringify(policy).length).toBeLessThan(6144);
  });
});

function servicesTrusted(document: unknown): string[] {
  const { Statement } = (typeof document === "string" ? JSON.parse(document) : document) as {
    Statement: { Principal: { Service?: string | string[] } }[];
  };
  return Statement.flatMap(({ Principal }) => list(Principal.Service ?? []));
}
