import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only, statementsOf, subnetsOf } from "../graph.ts";

/** Rows 1 to 5 of the requirements. That the rules lead where they should, and nowhere else, is network.test.ts's to prove. */
let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

const both = () => [production, small];
const endpointsOf = (graph: Graph, kind: string) =>
  ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ inputs }) => inputs.vpcEndpointType === kind)
    .map(({ inputs }) => (inputs.serviceName as string).replace("com.amazonaws.ap-northeast-1.", ""));

describe("addresses", () => {
  it("are 10.0.0.0/16 in Tokyo, in two zones with public, private and isolated subnets", () => {
    expect(production.app.providers.aws.region).toBe("ap-northeast-1");
    expect(only(production, "aws:ec2/vpc:Vpc").inputs.cidrBlock).toBe("10.0.0.0/16");
    for (const kind of [/Public/, /Private/, /Isolated/]) {
      const zones = subnetsOf(production, kind).map(({ inputs }) => inputs.availabilityZone);
      expect(zones).toEqual(["ap-northeast-1a", "ap-northeast-1c"]);
    }
  });

  it("are those of one subnet each", () => {
    const blocks = ofType(production, "aws:ec2/subnet:Subnet").map(
      ({ inputs }) => inputs.cidrBlock as string,
    );
    // All are /22 of 10.0.0.0/16, so two overlap only when their first addresses are in the same block of four.
    const starts = blocks.map((block) => Math.floor(Number(block.split(".")[2]) / 4));
    expect(blocks.every((block) => block.endsWith("/22"))).toBe(true);
    expect(new Set(starts).size).toBe(blocks.length);
  });

  it("are public for nobody who did not ask", () => {
    for (const graph of both())
      for (const { name, inputs } of ofType(graph, "aws:ec2/subnet:Subnet"))
        expect({ name, public: inputs.mapPublicIpOnLaunch ?? false }).toEqual({ name, public: false });
  });
});

describe("the ways out", () => {
  it("are a NAT gateway for each zone in production and one in every other stage", () => {
    expect(ofType(production, "aws:ec2/natGateway:NatGateway")).toHaveLength(2);
    expect(ofType(small, "aws:ec2/natGateway:NatGateway")).toHaveLength(1);
    for (const graph of both())
      expect(ofType(graph, "aws:ec2/route:Route").map(({ inputs }) => inputs.destinationCidrBlock)).toEqual([
        "0.0.0.0/0",
        "0.0.0.0/0",
      ]);
  });

  it("are gateways of S3 and DynamoDB on every stage, and the interfaces that production is private by", () => {
    for (const graph of both()) expect(endpointsOf(graph, "Gateway").sort()).toEqual(["dynamodb", "s3"]);
    expect(endpointsOf(small, "Interface")).toEqual([]);
    expect(endpointsOf(production, "Interface").sort()).toEqual(
      ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sns", "states", "xray"].sort(),
    );
  });

  it("lead to no bucket of another account's but the one with ECR's layers", () => {
    for (const graph of both()) {
      const { policy } = only(graph, "aws:ec2/vpcEndpoint:VpcEndpoint", "S3Endpoint").inputs;
      expect(statementsOf(policy).filter(({ Effect }) => Effect === "Allow")).toEqual([
        expect.objectContaining({ Condition: { StringEquals: { "aws:ResourceAccount": "123456789012" } } }),
        expect.objectContaining({
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::prod-ap-northeast-1-starport-layer-bucket/*",
        }),
      ]);
    }
  });
});

describe("security groups", () => {
  it("let tasks and functions reach the data tier on one port each, and nothing else in", () => {
    const groups = new Map(
      ofType(production, "aws:ec2/securityGroup:SecurityGroup").map(({ id, name }) => [id, name]),
    );
    const rules = ofType(production, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(
      ({ inputs }) =>
        `${groups.get(inputs.referencedSecurityGroupId as string)} -> ${groups.get(inputs.securityGroupId as string)}:${inputs.fromPort as number}`,
    );
    expect(rules.sort()).toEqual([
      "FunctionsGroup -> CacheAccessGroup:6379",
      "FunctionsGroup -> DatabaseAccessGroup:5432",
      "FunctionsGroup -> EndpointsGroup:443",
      "TasksGroup -> CacheAccessGroup:6379",
      "TasksGroup -> DatabaseAccessGroup:5432",
      "TasksGroup -> EndpointsGroup:443",
      "TasksGroup -> FilesAccessGroup:2049",
    ]);
  });

  it("are empty where nobody named one", () => {
    for (const graph of both()) {
      const { ingress, egress } = only(graph, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs;
      expect([ingress, egress]).toEqual([[], []]);
    }
  });

  it("say what they are for, and so do their rules", () => {
    const described = [
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ].flatMap((type) => both().flatMap((graph) => ofType(graph, type)));
    expect(described.length).toBeGreaterThan(20);
    for (const { name, inputs } of described)
      expect({ name, description: inputs.description }).toEqual({
        name,
        // AWS's own limits of a description.
        description: expect.stringMatching(/^(?!Managed by)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/) as string,
      });
  });
});

describe("the flow log", () => {
  it("records every connection in production, and what was refused elsewhere, for as long as the stage keeps logs", () => {
    for (const [graph, trafficType, days] of [
      [production, "ALL", 365],
      [small, "REJECT", 14],
    ] as const) {
      const log = only(graph, "aws:ec2/flowLog:FlowLog").inputs;
      const group = only(graph, "aws:cloudwatch/logGroup:LogGroup", "FlowLogGroup");
      expect(log).toMatchObject({
        vpcId: only(graph, "aws:ec2/vpc:Vpc").id,
        trafficType,
        logDestination: group.outputs.arn,
      });
      expect(group.inputs.retentionInDays).toBe(days);
    }
  });

  it("is written by a role that only flow logs of this account take on, and that writes to this group alone", () => {
    const role = only(production, "aws:iam/role:Role", "FlowLogRole");
    const group = only(production, "aws:cloudwatch/logGroup:LogGroup", "FlowLogGroup").outputs.arn;
    expect(only(production, "aws:ec2/flowLog:FlowLog").inputs.iamRoleArn).toBe(role.outputs.arn);
    expect(statementsOf(role.inputs.assumeRolePolicy)).toEqual([
      expect.objectContaining({
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:ec2:ap-northeast-1:123456789012:vpc-flow-log/*" },
        },
      }),
    ]);
    const [policy] = role.inputs.inlinePolicies as { policy: string }[];
    expect(statementsOf(policy?.policy).map(({ Resource }) => Resource)).toEqual([`${group as string}:*`]);
  });
});
