import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType } from "../graph.ts";
import { runsPerMonth } from "./charges/schedule.ts";
import { fixedCosts } from "./fixed.ts";
import type { Region } from "./price-list.ts";

// Expected figures are worked out here from AWS's public prices, a month being 730 hours.
let production: Graph;
let small: Graph;

beforeAll(async () => {
  [production, small] = await Promise.all([graphOf("production"), graphOf("x")]);
});

const lines = (graph: Graph, region: Region = "ap-northeast-1") =>
  fixedCosts(graph, region).flatMap((group) => group.lines);
const usd = (graph: Graph, item: RegExp, region?: Region) =>
  lines(graph, region)
    .filter((line) => item.test(line.item))
    .reduce((total, line) => total + line.usd, 0);

/** A graph of nothing but what a test is about. */
function graphWith(...resources: (Pick<Resource, "type"> & Partial<Resource>)[]): Graph {
  const base = { name: "Thing", urn: "urn", parent: undefined, inputs: {}, outputs: {}, id: "id" };
  const options = {
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    dependencies: [],
    provider: undefined,
  };
  return { ...small, resources: resources.map((resource) => ({ ...base, options, ...resource })) };
}

describe("a month", () => {
  it("has a NAT gateway of $0.062 an hour in each zone of production, and one elsewhere", () => {
    expect(usd(small, /^NAT/)).toBeCloseTo(730 * 0.062, 6);
    expect(usd(production, /^NAT/)).toBeCloseTo(2 * 730 * 0.062, 6);
    expect(usd(production, /^NAT/, "us-east-1")).toBeCloseTo(2 * 730 * 0.045, 6);
  });

  it("has an address of $0.005 an hour for each NAT gateway", () => {
    expect(usd(production, /IPv4/)).toBeCloseTo(7.3, 6);
  });

  it("has each interface endpoint in two zones at $0.014 an hour, and gateway endpoints for nothing", () => {
    const endpoints = ofType(production, "aws:ec2/vpcEndpoint:VpcEndpoint");
    const interfaces = endpoints.filter(({ inputs }) => inputs.vpcEndpointType === "Interface");
    expect(interfaces.length).toBeGreaterThan(0);
    expect(interfaces.length).toBeLessThan(endpoints.length);
    expect(usd(production, /^Interface endpoint/)).toBeCloseTo(interfaces.length * 2 * 730 * 0.014, 6);
  });

  it("has the database at the price of its class in two zones, and its storage", () => {
    // db.t4g.medium, Multi-AZ, Tokyo: $0.202 an hour; gp3, Multi-AZ: $0.276 a GB.
    expect(usd(production, /^postgres/)).toBeCloseTo(730 * 0.202, 6);
    expect(usd(production, /^Storage/)).toBeCloseTo(100 * 0.276, 6);
    // db.t4g.micro, Single-AZ: $0.025 an hour, $0.138 a GB.
    expect(usd(small, /^postgres/)).toBeCloseTo(730 * 0.025, 6);
    expect(usd(small, /^Storage/)).toBeCloseTo(100 * 0.138, 6);
  });

  it("has each node of the cache", () => {
    expect(usd(production, /^redis/)).toBeCloseTo(2 * 730 * 0.049, 6);
    expect(usd(small, /^redis/)).toBeCloseTo(730 * 0.025, 6);
  });

  it("has a secret at $0.40, a key at $1", () => {
    expect(usd(small, /^Secret/)).toBeCloseTo(
      ofType(small, "aws:secretsmanager/secret:Secret").length * 0.4,
      6,
    );
    expect(usd(graphWith({ type: "aws:kms/key:Key" }, { type: "aws:kms/key:Key" }), /^KMS/)).toBe(2);
  });

  it("has a web ACL at $5 and $1 more for each of its rules", () => {
    const acl = {
      type: "aws:wafv2/webAcl:WebAcl",
      inputs: { rules: [{ name: "a" }, { name: "b" }, { name: "c" }] },
    };
    expect(usd(graphWith(acl), /./)).toBe(8);
  });

  it("has an alarm at $0.10 for each metric, and three times that below a minute", () => {
    const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const formula = [{ expression: "a / b" }, { metric: { period: 300 } }, { metric: { period: 300 } }];
    expect(usd(graphWith({ type, inputs: { period: 300 } }), /./)).toBeCloseTo(0.1, 9);
    expect(usd(graphWith({ type, inputs: { metricQueries: formula } }), /./)).toBeCloseTo(0.2, 9);
    expect(usd(graphWith({ type, inputs: { period: 10 } }), /./)).toBeCloseTo(0.3, 9);
  });

  it("has a dashboard at $3, a composite alarm at $0.50, a zone of private names at $0.50", () => {
    expect(usd(graphWith({ type: "aws:cloudwatch/dashboard:Dashboard" }), /./)).toBe(3);
    expect(usd(graphWith({ type: "aws:cloudwatch/compositeAlarm:CompositeAlarm" }), /./)).toBe(0.5);
    expect(usd(small, /DNS/)).toBe(0.5);
  });

  it("keeps logs for longer where the stage says so", () => {
    expect(usd(production, /^Log group, kept/)).toBeGreaterThan(20 * usd(small, /^Log group, kept/));
  });

  it("backs files up only where the policy says so", () => {
    expect(usd(production, /^File system, automatic/)).toBeGreaterThan(0);
    expect(usd(small, /^File system, automatic/)).toBe(0);
  });

  it("costs more in production than elsewhere, and is the sum of its lines", () => {
    const total = usd(production, /./);
    expect(total).toBeGreaterThan(3 * usd(small, /./));
    expect(fixedCosts(production, "ap-northeast-1").reduce((sum, group) => sum + group.usd, 0)).toBeCloseTo(
      total,
      9,
    );
  });
});

describe("what has no price", () => {
  it("is an error that names each type that nothing is known about", () => {
    const graph = graphWith(
      { type: "aws:ec2/vpc:Vpc" },
      { type: "aws:rds/proxy:Proxy" },
      { type: "aws:lb/loadBalancer:LoadBalancer" },
    );
    expect(() => fixedCosts(graph, "ap-northeast-1")).toThrow(
      /aws:lb\/loadBalancer:LoadBalancer, aws:rds\/proxy:Proxy cost\./,
    );
  });

  it.each([
    [
      "a class of database",
      { type: "aws:rds/instance:Instance", inputs: { engine: "postgres", instanceClass: "db.x9.huge" } },
      /db\.x9\.huge/,
    ],
    [
      "a node of a cache",
      {
        type: "aws:elasticache/replicationGroup:ReplicationGroup",
        inputs: { engine: "redis", nodeType: "cache.x9" },
      },
      /redis\.cache\.x9/,
    ],
    [
      "more input and output than is included",
      { type: "aws:rds/instance:Instance", inputs: { iops: 12_000 } },
      /iops/,
    ],
    [
      "a long history of Performance Insights",
      { type: "aws:rds/instance:Instance", inputs: { performanceInsightsRetentionPeriod: 731 } },
      /performanceInsightsRetentionPeriod/,
    ],
    [
      "a cache before the API",
      { type: "aws:apigateway/stage:Stage", inputs: { cacheClusterEnabled: true } },
      /cacheClusterEnabled/,
    ],
    [
      "rules that cost more than a rule",
      { type: "aws:wafv2/webAcl:WebAcl", inputs: { rules: [{ name: "AWSManagedRulesBotControlRuleSet" }] } },
      /BotControl/,
    ],
    [
      "an unknown kind of endpoint",
      { type: "aws:ec2/vpcEndpoint:VpcEndpoint", inputs: { vpcEndpointType: "Resource" } },
      /Resource/,
    ],
  ])("%s is an error that names it", (_name, resource, message) => {
    expect(() => fixedCosts(graphWith(resource), "ap-northeast-1")).toThrow(message);
  });
});

describe("a schedule", () => {
  it.each([
    ["rate(5 minutes)", (365 / 12) * 288],
    ["rate(1 hour)", 730],
    ["rate(1 day)", 365 / 12],
    ["cron(0 3 * * ? *)", 365 / 12],
    ["cron(0/15 * * * ? *)", 730 * 4],
    ["cron(0 3,15 ? * SUN *)", (2 * 365) / 12 / 7],
    ["cron(30 2 1 * ? *)", 1],
  ])("of %s fires %d times a month", (expression, times) => {
    expect(runsPerMonth(expression)).toBeCloseTo(times, 6);
  });

  it("of an unknown form is an error that quotes it", () => {
    expect(() => runsPerMonth("cron(0 3 * JAN ? 2030)")).toThrow("cron(0 3 * JAN ? 2030)");
  });
});
