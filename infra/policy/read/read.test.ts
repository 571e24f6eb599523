import { describe, expect, it } from "vitest";
import type { Graph } from "../../../packages/local/src/synth/graph.ts";
import { add, type Draft } from "../mutations/draft.ts";
import { TYPE } from "../types.ts";
import { pathOf } from "./api.ts";
import { covers } from "./iam.ts";
import { flows, isOnePortBetweenGroups } from "./network.ts";
import { isPublicSubnet } from "./subnets.ts";
import { exposures } from "./secrets.ts";
import { statesOf } from "./states.ts";

/** A graph of these resources alone; the id of each is its name with `-id`. */
function graphWith(...resources: [type: string, inputs: Record<string, unknown>, name?: string][]): Graph {
  const app = {
    name: "app",
    stage: "x",
    removal: "remove",
    protect: false,
    providers: { aws: { region: "" } },
  };
  const draft: Draft = { app, dev: false, outputs: {}, functions: [], resources: [] };
  for (const [type, inputs, name] of resources) add(type, inputs, name)(draft);
  return draft;
}

describe("security group rules", () => {
  const peer = { securityGroups: ["sg-2"], fromPort: 5432, toPort: 5432, protocol: "tcp" };

  it("are the same thing however they are written", () => {
    const graph = graphWith(
      [TYPE.securityGroup, { ingress: [peer] }, "Own"],
      [
        TYPE.securityGroupRule,
        {
          type: "ingress",
          securityGroupId: "Own-id",
          ...peer,
          sourceSecurityGroupId: "sg-2",
          securityGroups: undefined,
        },
      ],
      [
        TYPE.ingressRule,
        {
          securityGroupId: "Own-id",
          referencedSecurityGroupId: "sg-2",
          ipProtocol: "tcp",
          fromPort: 5432,
          toPort: 5432,
        },
      ],
    );
    const read = flows(graph);
    expect(read).toHaveLength(3);
    for (const flow of read) {
      expect(flow).toMatchObject({ direction: "ingress", groupId: "Own-id", groups: ["sg-2"], ranges: [] });
      expect(isOnePortBetweenGroups(flow, 5432)).toBe(true);
      expect(isOnePortBetweenGroups(flow, 6379)).toBe(false);
    }
  });

  it("without ports mean all of them", () => {
    const [flow] = flows(
      graphWith([TYPE.egressRule, { securityGroupId: "sg-1", ipProtocol: "-1", cidrIpv6: "::/0" }]),
    );
    expect(flow).toMatchObject({ direction: "egress", from: 0, to: 65_535, ranges: ["::/0"] });
  });
});

describe("a subnet", () => {
  const association = { subnetId: "subnet-1", routeTableId: "Table-id" };

  it.each([
    ["a route inside its table", [TYPE.routeTable, { routes: [{ gatewayId: "igw-1" }] }, "Table"], true],
    ["a route of its own", [TYPE.route, { routeTableId: "Table-id", gatewayId: "igw-1" }, "Route"], true],
    ["a NAT gateway", [TYPE.route, { routeTableId: "Table-id", natGatewayId: "nat-1" }, "Route"], false],
  ] as const)("with %s is public: that is judged by where it leads", (_, route, wanted) => {
    const [type, inputs, name] = route;
    const graph = graphWith([TYPE.routeTableAssociation, association], [type, { ...inputs }, name]);
    expect(isPublicSubnet(graph, "subnet-1")).toBe(wanted);
    expect(isPublicSubnet(graph, "subnet-2")).toBe(false);
  });
});

describe("secrets in an environment", () => {
  const graph = graphWith([TYPE.instance, { password: "s3cret-of-the-db" }, "Database"]);
  const names = (...environment: [string, unknown][]) =>
    exposures(graph, environment).map(({ name }) => name);

  it("are found by value, inside of other texts and of JSON too", () => {
    expect(names(["GREETING", "hello s3cret-of-the-db!"])).toEqual(["GREETING"]);
    const link = JSON.stringify({ host: "db", password: "s3cret-of-the-db" });
    expect(names(["SST_RESOURCE_Database", link])).toEqual(["SST_RESOURCE_Database.password"]);
  });

  it("are found by form and by name", () => {
    expect(names(["KEY", "AKIAIOSFODNN7EXAMPLE"], ["URL", "postgres://me:it@db/x"])).toEqual(["KEY", "URL"]);
    expect(names(["API_TOKEN", "abc"], ["STRIPE_API_KEY", "abc"])).toEqual(["API_TOKEN", "STRIPE_API_KEY"]);
  });

  it("are not seen in what only says where a secret is", () => {
    expect(
      names(
        ["DATABASE_SECRET_ARN", "db-secret"],
        ["DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:1:secret:db"],
        ["TOKEN_TTL_SECONDS", "60"],
        ["PUBLIC_URL", "https://example.com/a@b"],
        ["LOG_LEVEL", "info"],
      ),
    ).toEqual([]);
  });
});

describe("a pattern of a policy", () => {
  it.each([
    ["s3:Get*", "s3:GetObject", true],
    ["s3:Get*", "s3:PutObject", false],
    ["*", "kms:Decrypt", true],
    ["kms:decrypt", "kms:Decrypt", true],
    ["arn:aws:sns:*:1:a.b", "arn:aws:sns:x:1:axb", false],
  ])("%s and %s: %s", (pattern, text, wanted) => {
    expect(covers(pattern, text)).toBe(wanted);
  });
});

describe("a definition", () => {
  it("is read to its innermost states", () => {
    const inner = { States: { Inner: { Type: "Task" } } };
    const definition = {
      States: {
        Each: { Type: "Map", ItemProcessor: inner },
        Both: { Type: "Parallel", Branches: [inner, { States: { Other: { Type: "Wait" } } }] },
      },
    };
    const [machine] = graphWith([TYPE.stateMachine, { definition: JSON.stringify(definition) }]).resources;
    expect(machine && statesOf(machine).map(({ property }) => property)).toEqual([
      "definition.States.Each",
      "definition.States.Each.ItemProcessor.States.Inner",
      "definition.States.Both",
      "definition.States.Both.Branches.0.States.Inner",
      "definition.States.Both.Branches.1.States.Other",
    ]);
  });
});

describe("a method", () => {
  it("is known by its verb and its whole path", () => {
    const graph = graphWith(
      [TYPE.apiResource, { pathPart: "videos", parentId: "root" }, "Videos"],
      [TYPE.apiResource, { pathPart: "{id}", parentId: "Videos-id" }, "Id"],
      [TYPE.method, { httpMethod: "GET", resourceId: "Id-id" }],
    );
    const method = graph.resources.find(({ type }) => type === TYPE.method);
    expect(method && pathOf(graph, method)).toBe("GET /videos/{id}");
  });
});
