import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { all, beside, by, each } from "../checks.ts";
import { at, is, isNot, listOf, oneOf, set, stringsOf, that } from "../conditions.ts";
import { pathOf, publicStages } from "../read/api.ts";
import type { Rule, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";
import { PUBLIC_ROUTES } from "../waivers.ts";

const { domainName, method, methodSettings, stage, webAcl, webAclAssociation, webAclLogging } = TYPE;
const settingsOfStage = (settings: Resource, owner: Resource) =>
  settings.inputs.methodPath === "*/*" &&
  settings.inputs.stageName === owner.inputs.stageName &&
  settings.inputs.restApi === owner.inputs.restApi;
const positive = that("a number above 0", (value) => typeof value === "number" && value > 0);

/** P64-P71: API Gateway and its firewall. */
export const API: readonly Rule[] = [
  {
    id: "P64",
    title: "The API records who called what",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_76", "APIG1", "AWS-0001"],
    resources: [stage],
    check: each(stage, { "accessLogSettings.destinationArn": set }),
  },
  {
    id: "P65",
    title: "The API is traced",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_73", "APIGateway.3", "AWS-0003"],
    resources: [stage],
    check: each(stage, { xrayTracingEnabled: is(true) }),
  },
  {
    id: "P66",
    title: "The API logs its errors without bodies, counts its calls and limits their rate",
    gate: "B",
    stages: "all",
    sources: ["CKV2_AWS_4", "CKV_AWS_276", "APIG6", "APIGateway.1", "Serverless-APIGWDefaultThrottling"],
    resources: [stage],
    check: beside(stage, methodSettings, settingsOfStage, {
      "settings.loggingLevel": oneOf("ERROR", "INFO"),
      "settings.metricsEnabled": is(true),
      "settings.dataTraceEnabled": isNot(true),
      "settings.throttlingRateLimit": positive,
      "settings.throttlingBurstLimit": positive,
    }),
  },
  {
    id: "P67",
    title: "A firewall stands before the API",
    gate: "B",
    stages: "permanent",
    sources: ["CKV2_AWS_29", "APIG3", "APIGateway.4"],
    resources: [stage],
    check: ({ graph }) =>
      publicStages(graph)
        .filter(({ outputs }) => !associations(graph).includes(outputs.arn))
        .map((resource) => ({
          resource,
          property: "WebAclAssociation",
          found: undefined,
          expected: "an association of its ARN with a web ACL",
        })),
  },
  {
    id: "P68",
    title: "The API lets nobody in without a name",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_59", "APIG4", "AWS-0004"],
    resources: [method],
    check: ({ graph }) =>
      ofType(graph, method)
        .filter(({ inputs }) => (inputs.authorization ?? "NONE") === "NONE" && inputs.apiKeyRequired !== true)
        .filter((resource) => resource.inputs.httpMethod !== "OPTIONS" && !isPublic(graph, resource))
        .map((resource) => ({
          resource,
          property: "authorization",
          found: `${String(resource.inputs.authorization)} on ${pathOf(graph, resource)}`,
          expected: "an authorizer or an API key",
        })),
  },
  {
    id: "P69",
    title: "The API's own domain speaks TLS 1.2 or newer",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_206", "AWS-0005"],
    resources: [domainName],
    check: each(domainName, {
      securityPolicy: that("TLS_1_2 or newer", (policy) => /TLS_?1_[23]|TLS13/.test(String(policy))),
    }),
  },
  {
    id: "P70",
    title: "The API checks requests at the gateway, caches, and shows its backend a certificate",
    gate: "X",
    stages: "all",
    sources: ["CKV2_AWS_53", "APIG2", "CKV_AWS_120", "CKV2_AWS_51", "APIGateway.2"],
    resources: [stage],
    check: all(
      beside(stage, "aws:apigateway/requestValidator:RequestValidator", by("restApi", "restApi")),
      each(stage, { cacheClusterEnabled: is(true), clientCertificateId: set }),
    ),
  },
  {
    id: "P71",
    title: "The firewall has the rules that stop most attacks, and says what it stopped",
    gate: "B",
    stages: "permanent",
    sources: [
      ...["CKV_AWS_175", "CKV_AWS_192", "CKV2_AWS_77", "CKV2_AWS_31"],
      ...["WAF.10", "WAF.11", "WAF.12"],
    ],
    resources: [webAcl],
    check: all(
      each(webAcl, { "visibilityConfig.cloudwatchMetricsEnabled": is(true) }),
      ({ graph }) => ofType(graph, webAcl).flatMap(lackingRules),
      beside(webAcl, webAclLogging, by("resourceArn", "arn"), { logDestinationConfigs: set }),
    ),
  },
];

const associations = (graph: Graph): readonly unknown[] =>
  ofType(graph, webAclAssociation)
    .filter(({ inputs }) => set.holds(inputs.webAclArn))
    .map(({ inputs }) => inputs.resourceArn);

const isPublic = (graph: Graph, resource: Resource) => PUBLIC_ROUTES.includes(pathOf(graph, resource));

/** Free rule groups of AWS: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const MANAGED = [
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesAmazonIpReputationList",
];

function lackingRules(acl: Resource): Violation[] {
  const rules = listOf(acl.inputs.rules);
  const names = rules.map((rule) => at(rule, "statement.managedRuleGroupStatement.name"));
  const lacks = (expected: string): Violation => ({
    resource: acl,
    property: "rules",
    found: stringsOf(names),
    expected,
  });
  return [
    ...MANAGED.filter((name) => !names.includes(name)).map(lacks),
    ...(rules.some((rule) => set.holds(at(rule, "statement.rateBasedStatement.limit")))
      ? []
      : [lacks("a rule on the rate of an address")]),
  ];
}
