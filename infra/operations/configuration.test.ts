import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "../graph.ts";

/** What a deployment is configured with by its environment: row 13 of the requirements, the domain and the Region. */
let production: Graph;
let configured: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  configured = await graphOf("production", {
    env: {
      TELECINE_ALERT_EMAILS: "ops@example.com, lead@example.com",
      TELECINE_COMPLETION_EMAILS: "editor@example.com",
      TELECINE_MONTHLY_BUDGET_USD: "2500",
      TELECINE_DOMAIN: "video.example.com",
      TELECINE_MAX_COST_USD: "2.5",
      TELECINE_MAX_VCPU_PER_VIDEO: "16",
    },
  });
});

describe("email", () => {
  it("goes to nobody unless it is configured", () => {
    expect(ofType(production, "aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
    expect(only(production, "aws:budgets/budget:Budget").inputs).toMatchObject({
      ...{ budgetType: "COST", timeUnit: "MONTHLY", limitAmount: "1000", limitUnit: "USD" },
      notifications: [],
    });
  });

  it("goes to those who are to hear of errors and alarms, of completions, and of money", () => {
    const topic = (name: string) => only(configured, "aws:sns/topic:Topic", name).outputs.arn;
    const subscriptions = ofType(configured, "aws:sns/topicSubscription:TopicSubscription").map(
      ({ inputs }) => [inputs.topic, inputs.protocol, inputs.endpoint],
    );
    expect(subscriptions).toEqual([
      [topic("CompletionTopicTopic"), "email", "editor@example.com"],
      [topic("ErrorTopicTopic"), "email", "ops@example.com"],
      [topic("ErrorTopicTopic"), "email", "lead@example.com"],
    ]);
    const { limitAmount, notifications } = only(configured, "aws:budgets/budget:Budget").inputs;
    expect(limitAmount).toBe("2500");
    const emails = ["ops@example.com", "lead@example.com"];
    expect(notifications).toEqual(
      [
        ["ACTUAL", 80],
        ["ACTUAL", 100],
        ["FORECASTED", 100],
      ].map(([notificationType, threshold]) => ({
        ...{ notificationType, threshold, thresholdType: "PERCENTAGE", comparisonOperator: "GREATER_THAN" },
        subscriberEmailAddresses: emails,
      })),
    );
  });

  it.each([
    [{ TELECINE_ALERT_EMAILS: "ops@example.com;lead" }, /TELECINE_ALERT_EMAILS holds "ops@example.com;lead"/],
    [{ TELECINE_MONTHLY_BUDGET_USD: "a lot" }, /TELECINE_MONTHLY_BUDGET_USD is "a lot"/],
  ])("that cannot be meant is refused with what to write: %o", async (env, message) => {
    await expect(graphOf("production", { env })).rejects.toThrow(message);
  });
});

describe("planning", () => {
  const told = (graph: Graph, name: string) =>
    (
      only(graph, "aws:lambda/function:Function", name).inputs.environment as {
        variables: Record<string, string>;
      }
    ).variables;
  const PLANNERS = ["InspectFunction", "PublishFunction", "RecordFailureFunction", "ApiHandlerFunction"];

  it("knows the tasks of the stage, wherever it is done", async () => {
    const small = await graphOf("x");
    for (const name of PLANNERS) {
      expect(told(production, name)).toMatchObject({
        ...{ WORKER_ARCHITECTURE: "ARM64", WORKER_VCPU: "4", MAX_VCPU_PER_VIDEO: "80" },
      });
      expect(told(production, name)).not.toHaveProperty("MAX_COST_USD");
      expect(told(small, name)).toMatchObject({ WORKER_VCPU: "2", MAX_VCPU_PER_VIDEO: "6" });
    }
    for (const graph of [production, small]) {
      const { cpu, runtimePlatform } = only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs;
      expect(Number(cpu) / 1024).toBe(Number(told(graph, "InspectFunction").WORKER_VCPU));
      expect(runtimePlatform).toEqual({
        cpuArchitecture: told(graph, "InspectFunction").WORKER_ARCHITECTURE,
        operatingSystemFamily: "LINUX",
      });
    }
  });

  it("goes by the limits that are configured", () => {
    for (const name of PLANNERS)
      expect(told(configured, name)).toMatchObject({ MAX_COST_USD: "2.5", MAX_VCPU_PER_VIDEO: "16" });
  });

  it("refuses a limit that is none", async () => {
    const env = { TELECINE_MAX_COST_USD: "free" };
    await expect(graphOf("production", { env })).rejects.toThrow(/TELECINE_MAX_COST_USD is "free"/);
  });
});

describe("a domain and another region, by configuration,", () => {
  it("put the one origin under the domain, with a certificate where CloudFront looks for it", () => {
    const graph = configured;
    expect(graph.outputs).toMatchObject({
      api: "https://video.example.com",
      console: "https://video.example.com",
    });
    expect(only(graph, "aws:acm/certificate:Certificate").outputs.arn).toMatch(/^arn:aws:acm:us-east-1:/);
    const { aliases, viewerCertificate } = only(graph, "aws:cloudfront/distribution:Distribution").inputs;
    expect(aliases).toEqual(["video.example.com"]);
    expect(viewerCertificate).toMatchObject({ minimumProtocolVersion: "TLSv1.2_2021" });
    const urls = ofType(graph, "aws:lambda/function:Function").map(
      ({ inputs }) => (inputs.environment as { variables: Record<string, string> }).variables.PUBLIC_URL,
    );
    expect(new Set(urls.filter(Boolean))).toEqual(new Set(["https://video.example.com"]));
    expect(ofType(production, "aws:route53/record:Record")).toEqual([]);
  });

  it("leave no trace of Tokyo", async () => {
    const graph = await graphOf("production", { env: { TELECINE_REGION: "eu-west-1" } });
    expect(graph.app.providers.aws.region).toBe("eu-west-1");
    expect(JSON.stringify(graph)).not.toMatch(/ap-northeast-1|apne1/);
    expect(only(graph, "aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody).toContain(
      '"region":"eu-west-1"',
    );
  });
});
