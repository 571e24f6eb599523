import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Resource } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType } from "../graph.ts";
import type { Picture } from "./picture.ts";
import { pictureOf } from "./read.ts";

let production: Graph;
let picture: Picture;

beforeAll(async () => {
  production = await graphOf("production");
  picture = pictureOf(production);
});

/** Arrows as people would say them: `Media -> SourceUploaded event`. */
function arrows({ nodes, frames, arrows: all }: Picture): string[] {
  const titles = new Map([...nodes, ...frames].map(({ id, title }) => [id, title]));
  return all.map(({ from, to, kind, label }) =>
    `${titles.get(from)} -> ${titles.get(to)} ${kind} ${label}`.trim(),
  );
}

const card = (title: string, { nodes }: Picture = picture) => nodes.find((node) => node.title === title);
const without = (resources: (resource: Resource) => boolean): Graph => ({
  ...production,
  resources: production.resources.filter((resource) => !resources(resource)),
});

describe("the way of a video", () => {
  it("leads from clients through CloudFront to the API and its function, to the page and to what is played", () => {
    expect(arrows(picture)).toEqual(
      expect.arrayContaining([
        "Clients -> CloudFront request",
        "CloudFront -> Api request",
        "CloudFront -> ConsoleAssets request",
        "CloudFront -> Media request",
        "Api -> ApiHandler request",
      ]),
    );
  });

  it("leads from an upload over its event to the workflow, its steps in order, and a message", () => {
    expect(arrows(picture)).toEqual(
      expect.arrayContaining([
        "Clients -> Media request uploads",
        "Media -> SourceUploaded event",
        "SourceUploaded -> Workflow event",
        "Workflow -> Inspect step 1",
        "Workflow -> Preview step 2",
        "Workflow -> Worker step 3",
        "Workflow -> Publish step 4",
        "Workflow -> CompletionTopic step 5",
        "Workflow -> RecordFailure failure !",
        "Workflow -> ErrorTopic failure !",
        "Worker -> Media data",
      ]),
    );
  });

  it("shows uploads only to a bucket that a function may sign for: the page's own has none", () => {
    expect(arrows(picture)).not.toContain("Clients -> ConsoleAssets request uploads");
  });
});

describe("the network", () => {
  it("has its cards in the tiers that their route tables make", () => {
    const tiers = new Map(picture.frames.map(({ id, kind }) => [id, kind]));
    const tierOf = (title: string) => tiers.get(card(title)?.frame ?? "");
    expect(["PostgreSQL", "Redis", "Scratch"].map(tierOf)).toEqual(["isolated", "isolated", "isolated"]);
    expect(tierOf("NAT gateway")).toBe("public");
    expect(tierOf("ApiHandler")).toBe("group");
    const group = picture.frames.find(({ id }) => id === card("ApiHandler")?.frame);
    expect(tiers.get(group?.frame ?? "")).toBe("private");
  });

  it("moves a subnet to another tier when its route to the internet is gone", () => {
    const closed = pictureOf(without(({ type }) => type === "aws:ec2/route:Route"));
    const tiers = new Map(closed.frames.map(({ id, kind }) => [id, kind]));
    const group = closed.frames.find(({ id }) => id === card("ApiHandler", closed)?.frame);
    expect(tiers.get(group?.frame ?? "")).toBe("isolated");
    expect(arrows(closed).filter((arrow) => arrow.includes("NAT"))).toEqual([]);
  });

  it("has an arrow for each rule of a security group, and none when the rule is gone", () => {
    expect(arrows(picture)).toEqual(
      expect.arrayContaining(["Lambda functions -> PostgreSQL network", "Fargate tasks -> Redis network"]),
    );
    const functions = picture.frames.find(({ title }) => title === "Lambda functions")?.id;
    const closed = pictureOf(
      without(({ inputs }) => inputs.fromPort === 5432 && inputs.referencedSecurityGroupId === functions),
    );
    expect(arrows(closed)).not.toContain("Lambda functions -> PostgreSQL network");
    expect(arrows(closed)).toContain("Fargate tasks -> PostgreSQL network");
  });

  it("names the port that a card listens on, and the zones that it is in", () => {
    expect(card("PostgreSQL")?.tags).toEqual([":5432", "a", "c"]);
    expect(card("Redis")?.tags).toEqual([":6379", "a", "c"]);
  });

  it("names no zone where a database is in one of them only, and nobody knows in which", async () => {
    const small = pictureOf(await graphOf("x"));
    expect(card("PostgreSQL", small)?.tags).toEqual([":5432"]);
  });
});

describe("a picture", () => {
  it("has a card for each thing of the flow, named as its component", () => {
    const functions = ofType(production, "aws:lambda/function:Function").map(({ urn }) => urn);
    const drawn = picture.nodes.map(({ id }) => id);
    expect(drawn).toEqual(expect.arrayContaining(functions));
    expect(card("Reconcile")?.subtitle).toMatch(/^Lambda/);
    expect(card("Migrator")?.subtitle).toBe("Lambda, on deployment");
  });

  it("is not filled with what watches over it: that is counted", () => {
    const [model] = production.resources;
    if (!model) throw new Error("The graph is empty.");
    const alarms = Array.from({ length: 40 }, (_, index) => ({
      ...model,
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name: `Alarm${index}`,
      urn: `alarm ${index}`,
      inputs: { alarmActions: [production.outputs.errorTopic] },
    }));
    const watched = pictureOf({ ...production, resources: [...production.resources, ...alarms] });
    expect(watched.nodes).toEqual(picture.nodes);
    expect(watched.arrows).toEqual(picture.arrows);
    const counted = ofType(production, "aws:cloudwatch/metricAlarm:MetricAlarm").length + 40;
    expect(watched.beside).toContain(`${counted} alarms`);
  });

  it("leaves out what nothing leads to: a bucket for logs, a rule that only writes them", () => {
    const [bucket] = ofType(production, "aws:s3/bucketV2:BucketV2");
    if (!bucket) throw new Error("There is no bucket.");
    const logs = { ...bucket, urn: "logs", id: "logs", outputs: {} };
    const logged = pictureOf({ ...production, resources: [...production.resources, logs] });
    expect(logged.nodes).toEqual(picture.nodes);
  });

  it("shows who is told, where a topic has a subscription", () => {
    const [topic] = ofType(production, "aws:sns/topic:Topic");
    if (!topic) throw new Error("There is no topic.");
    const subscription = {
      ...topic,
      type: "aws:sns/topicSubscription:TopicSubscription",
      urn: "subscription",
      inputs: { topic: topic.outputs.arn, protocol: "email", endpoint: "ops@example.com" },
    };
    const told = pictureOf({ ...production, resources: [...production.resources, subscription] });
    expect(card("Operators", told)?.subtitle).toMatch(/email/);
    expect(arrows(told)).toContain("CompletionTopic -> Operators event");
  });

  it("says where requests are filtered", () => {
    const [distribution] = ofType(production, "aws:cloudfront/distribution:Distribution");
    const guarded = pictureOf({
      ...production,
      resources: production.resources.map((resource) =>
        resource === distribution
          ? { ...resource, inputs: { ...resource.inputs, webAclId: "arn:aws:wafv2:acl" } }
          : resource,
      ),
    });
    expect(card("CloudFront", guarded)?.subtitle).toMatch(/WAF/);
  });
});
