import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType } from "../graph.ts";
import { useOf } from "./use/code.ts";
import { type Grant, grantsOf } from "./use/grants.ts";
import { type Links, type Need, needsOfCode, needsOfFunction } from "./use/needs.ts";
import { entryOf, linksOf, needsOfStart } from "./use/tasks.ts";
import { needsOfMachine } from "./use/workflow.ts";

/** Whoever acts under a role, and what for. */
interface Actor {
  readonly role: Resource;
  readonly needs: readonly Need[];
}

let graph: Graph;
let actors: Actor[];

beforeAll(async () => {
  graph = await graphOf("production");
  actors = [...(await functionsOf(graph)), ...(await tasksOf(graph)), ...machinesOf(graph)];
}, 120_000);

const roleOf = (arn: unknown): Resource => {
  const role = ofType(graph, "aws:iam/role:Role").find(({ outputs }) => outputs.arn === arn);
  if (!role) throw new Error(`There is no role ${String(arn)}.`);
  return role;
};

async function functionsOf(graph: Graph): Promise<Actor[]> {
  const all = ofType(graph, "aws:lambda/function:Function").map(async (fn) => {
    const spec = specOf(fn);
    const needs = needsOfCode(await useOf(entryOfHandler(spec.handler)), spec.links, graph);
    return { role: roleOf(fn.inputs.role), needs: [...needs, ...needsOfFunction(fn, graph)] };
  });
  return Promise.all(all);
}

function specOf({ name }: Resource) {
  const spec = graph.functions.find(({ functionID }) => `${functionID}Function` === name);
  if (!spec) throw new Error(`Nothing says what the code of ${name} is.`);
  return spec;
}

const entryOfHandler = (handler: string) => {
  const dot = handler.lastIndexOf(".");
  return { file: `${handler.slice(0, dot)}.ts`, export: handler.slice(dot + 1) };
};

async function tasksOf(graph: Graph): Promise<Actor[]> {
  const all = ofType(graph, "aws:ecs/taskDefinition:TaskDefinition").map(async (definition) => {
    const use = await useOf({ file: entryOf(definition, graph) });
    return [
      {
        role: roleOf(definition.inputs.taskRoleArn),
        needs: needsOfCode(use, linksOf(definition), graph),
      },
      { role: roleOf(definition.inputs.executionRoleArn), needs: needsOfStart(definition) },
    ];
  });
  return (await Promise.all(all)).flat();
}

const machinesOf = (graph: Graph): Actor[] =>
  ofType(graph, "aws:sfn/stateMachine:StateMachine").map((machine) => ({
    role: roleOf(machine.inputs.roleArn),
    needs: needsOfMachine(machine, graph),
  }));

const meets =
  ({ action, isMetBy }: Need) =>
  (grant: Grant) =>
    grant.action === action && isMetBy(grant.resource);

const missing = (needs: readonly Need[], grants: readonly Grant[]) =>
  needs.filter((need) => !grants.some(meets(need))).map(({ action, on }) => `${action} on ${on}`);

const unused = (needs: readonly Need[], grants: readonly Grant[]) =>
  grants
    .filter((grant) => !needs.some((need) => meets(need)(grant)))
    .map(({ action, resource }) => `${action} on ${resource}`);

describe("the permissions of a role", () => {
  it("are all that its function, task or state machine asks for", () => {
    expect(actors.length).toBeGreaterThan(9);
    for (const { role, needs } of actors)
      expect({ role: role.name, missing: missing(needs, grantsOf(role)) }).toEqual({
        role: role.name,
        missing: [],
      });
  });

  it("are nothing else", () => {
    for (const { role, needs } of actors)
      expect({ role: role.name, unused: unused(needs, grantsOf(role)) }).toEqual({
        role: role.name,
        unused: [],
      });
  });

  it("are looked at for every role that our code or the workflow runs under", () => {
    const ours = /"(lambda|ecs-tasks|states)\.amazonaws\.com"/;
    const names = ofType(graph, "aws:iam/role:Role")
      .filter(({ inputs }) => ours.test(JSON.stringify(inputs.assumeRolePolicy).replaceAll("\\", "")))
      .map(({ name }) => name);
    expect(actors.map(({ role }) => role.name).sort()).toEqual(names.sort());
  });

  it("are missed when any of them is taken away", () => {
    for (const { role, needs } of actors) {
      const grants = grantsOf(role);
      for (const taken of grants) {
        const left = grants.filter(({ action }) => action !== taken.action);
        expect(missing(needs, left), `${role.name} without ${taken.action}`).not.toEqual([]);
      }
    }
  });

  it("are too many with any other", () => {
    for (const { role, needs } of actors) {
      const more = { action: "s3:PutObjectAcl", resource: "arn:aws:s3:::telecine/media/*" };
      expect(unused(needs, [...grantsOf(role), more])).toEqual([`${more.action} on ${more.resource}`]);
      const elsewhere = grantsOf(role).map(({ action }) => ({ action, resource: "arn:aws:s3:::other/*" }));
      expect(unused(needs, elsewhere)).toHaveLength(elsewhere.length);
    }
  });
});

describe("the keys of the media bucket", () => {
  /** Who reads, writes and deletes where, as packages/core/src/storage/keys.ts and the steps' own docs tell it. */
  const FOLDERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    ApiHandlerRole: {
      "s3:GetObject": ["media", "source"],
      "s3:PutObject": ["media", "source"],
      "s3:AbortMultipartUpload": ["source"],
      "s3:DeleteObject": ["media", "source", "work"],
    },
    InspectRole: { "s3:GetObject": ["source"], "s3:PutObject": ["work"] },
    PreviewRole: { "s3:GetObject": ["source", "work"], "s3:PutObject": ["media"] },
    PublishRole: { "s3:GetObject": ["media", "work"], "s3:PutObject": ["media"] },
    RecordFailureRole: { "s3:GetObject": ["work"], "s3:DeleteObject": ["media", "work"] },
    ReconcileHandlerRole: {
      "s3:GetObject": ["source"],
      "s3:AbortMultipartUpload": ["source"],
      "s3:DeleteObject": ["media", "source", "work"],
    },
    SweepStorageHandlerRole: {
      "s3:AbortMultipartUpload": ["source"],
      "s3:DeleteObject": ["media", "work"],
    },
    WorkerTaskRole: { "s3:GetObject": ["source", "work"], "s3:PutObject": ["media", "work"] },
  };

  it("are open to each role by folder: viewers' files to who makes them, sources to who inspects, copies or encodes them", () => {
    const found = Object.fromEntries(
      actors
        .map(({ role }) => [role.name, foldersOf(grantsOf(role))] as const)
        .filter(([, folders]) => Object.keys(folders).length > 0),
    );
    expect(found).toEqual(FOLDERS);
  });

  function foldersOf(grants: readonly Grant[]): Record<string, string[]> {
    const folders: Record<string, string[]> = {};
    for (const { action, resource } of grants) {
      const [, folder] = /^arn:aws:s3:::[^/]+\/(\w+)\/\*$/.exec(resource) ?? [];
      if (folder) folders[action] = [...(folders[action] ?? []), folder].sort();
    }
    return folders;
  }
});

describe("links", () => {
  it("are given to a function or task when its code reads them, and then only", async () => {
    const programs: { name: string; links: Links; entry: Parameters<typeof useOf>[0] }[] = [
      ...graph.functions.map(({ functionID, handler, links }) => ({
        name: functionID,
        links,
        entry: entryOfHandler(handler),
      })),
      ...ofType(graph, "aws:ecs/taskDefinition:TaskDefinition").map((definition) => ({
        name: definition.name,
        links: linksOf(definition),
        entry: { file: entryOf(definition, graph) },
      })),
    ];
    for (const { name, links, entry } of programs) {
      const used = [...(await useOf(entry)).links].sort();
      expect({ name, links: Object.keys(links).sort() }).toEqual({ name, links: used });
    }
  });
});
