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
