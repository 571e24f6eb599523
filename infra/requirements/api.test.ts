import { beforeAll, describe, expect, it } from "vitest";
import { compileEdgeFunction } from "../../packages/local/src/emulator/cdn/edge-function.ts";
import { keyValuesOf } from "../../packages/local/src/emulator/cdn/key-values.ts";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "../graph.ts";

let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

const METHOD_SETTINGS = "aws:apigateway/methodSettings:MethodSettings";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

describe("the API", () => {
  it("counts calls, limits their rate and logs its own errors, never what callers send", () => {
    for (const graph of [production, small]) {
      const stage = only(graph, "aws:apigateway/stage:Stage");
      const { inputs } = only(graph, METHOD_SETTINGS);
      expect(inputs).toMatchObject({
        restApi: stage.inputs.restApi,
        stageName: stage.inputs.stageName,
        methodPath: "*/*",
        settings: { metricsEnabled: true, loggingLevel: "ERROR", dataTraceEnabled: false },
      });
      const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = inputs.settings as Record<
        string,
        number
      >;
      expect(rate).toBeGreaterThan(0);
      // API Gateway's quota for an account and region, shared by all its APIs: 10,000 a second, 5,000 at once.
      expect(rate).toBeLessThanOrEqual(10_000);
      expect(burst).toBeLessThanOrEqual(5_000);
      expect(burst).toBeGreaterThanOrEqual(rate ?? 0);
    }
  });

  it("writes its errors into a group that exists, so that they are kept for a limited time", () => {
    const { inputs } = only(production, "aws:apigateway/stage:Stage");
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    const name = `API-Gateway-Execution-Logs_${String(inputs.restApi)}/${String(inputs.stageName)}`;
    const group = ofType(production, LOG_GROUP).find((candidate) => candidate.inputs.name === name);
    expect(group?.inputs.retentionInDays).toBe(365);
    expect(only(production, METHOD_SETTINGS).options.dependencies).toContain(group?.urn);
  });

  it("answers what its firewall refuses as it answers everything else", () => {
    const filtered = ofType(production, "aws:apigateway/response:Response").find(
      ({ inputs }) => inputs.responseType === "WAF_FILTERED",
    );
    expect(filtered?.inputs).toMatchObject({
      statusCode: "403",
      responseParameters: { "gatewayresponse.header.Content-Type": "'application/problem+json'" },
    });
  });

  it("lets services invoke functions for one resource of this account", () => {
    const permissions = ofType(production, "aws:lambda/permission:Permission");
    expect(permissions.length).toBeGreaterThan(0);
    for (const { name, inputs } of permissions) {
      expect({ name, source: inputs.sourceArn }).toEqual({
        name,
        source: expect.stringMatching(/^arn:aws:/) as string,
      });
      const isBucket = inputs.principal === "s3.amazonaws.com";
      expect({ name, account: inputs.sourceAccount }).toEqual({
        name,
        account: isBucket ? "123456789012" : undefined,
      });
    }
  });
});

interface Statement {
  readonly managedRuleGroupStatement?: {
    readonly ruleActionOverrides?: readonly { readonly name: string; readonly actionToUse: object }[];
  };
  readonly rateBasedStatement?: {
    readonly limit: number;
    readonly aggregateKeyType: string;
    readonly forwardedIpConfig?: { readonly headerName: string };
  };
  readonly andStatement?: { readonly statements: readonly Statement[] };
  readonly orStatement?: { readonly statements: readonly Statement[] };
  readonly notStatement?: { readonly statements: readonly Statement[] };
  readonly labelMatchStatement?: { readonly scope: string; readonly key: string };
  readonly byteMatchStatement?: { readonly positionalConstraint: string; readonly searchString: string };
}

interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly action?: object;
  readonly statement: Statement;
}

/** What AWS WAF makes of a statement: https://docs.aws.amazon.com/waf/latest/APIReference/API_Statement.html */
function holds(statement: Statement, request: { labels: readonly string[]; path: string }): boolean {
  const { andStatement, orStatement, notStatement, labelMatchStatement, byteMatchStatement } = statement;
  const inner = (one: Statement) => holds(one, request);
  if (andStatement) return andStatement.statements.every(inner);
  if (orStatement) return orStatement.statements.some(inner);
  if (notStatement) return !notStatement.statements.every(inner);
  if (labelMatchStatement?.scope === "LABEL") return request.labels.includes(labelMatchStatement.key);
  const { positionalConstraint, searchString = "" } = byteMatchStatement ?? {};
  if (positionalConstraint === "CONTAINS") return request.path.includes(searchString);
  if (positionalConstraint === "ENDS_WITH") return request.path.endsWith(searchString);
  throw new Error(`This test does not know ${JSON.stringify(statement)}.`);
}

describe("the firewall", () => {
  const rules = () => only(production, "aws:wafv2/webAcl:WebAcl").inputs.rules as Rule[];

  it("stands before the API's stage in production, and costs nothing elsewhere", () => {
    expect(only(production, "aws:wafv2/webAclAssociation:WebAclAssociation").inputs).toEqual({
      webAclArn: only(production, "aws:wafv2/webAcl:WebAcl").outputs.arn,
      resourceArn: only(production, "aws:apigateway/stage:Stage").outputs.arn,
    });
    expect(ofType(small, "aws:wafv2/webAcl:WebAcl")).toEqual([]);
  });

  it("has AWS's rules for common attacks, known bad inputs and bad addresses", () => {
    const managed = rules().filter(({ statement }) => statement.managedRuleGroupStatement);
    expect(managed.map(({ name }) => name).sort()).toEqual([
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesKnownBadInputsRuleSet",
    ]);
    expect(new Set(rules().map(({ priority }) => priority)).size).toBe(rules().length);
  });

  it("limits viewers by the address that the edge writes, and whoever goes round the edge by their own", () => {
    const rates = rules().flatMap(({ statement: { rateBasedStatement: rate } }) => rate ?? []);
    expect(rates).toEqual([
      expect.objectContaining({
        limit: 6000,
        aggregateKeyType: "FORWARDED_IP",
        forwardedIpConfig: { headerName: "x-viewer-address", fallbackBehavior: "MATCH" },
      }),
      expect.objectContaining({ limit: 30_000, aggregateKeyType: "IP" }),
    ]);
  });

  it.each<[string, readonly string[], string, boolean]>([
    ["takes the list of a large upload's parts", ["SizeRestrictions"], "/videos/v/upload/complete", false],
    ["takes captions of a whole film", ["SizeRestrictions"], "/videos/v/captions/en", false],
    ["takes captions that speak of markup", ["CrossSiteScripting"], "/videos/v/captions/en", false],
    ["takes captions that speak of paths", ["GenericLFI", "EC2MetaDataSSRF"], "/videos/v/captions/en", false],
    ["takes bodies without a mark", [], "/videos", false],
    ["refuses any other large body", ["SizeRestrictions"], "/videos", true],
    ["refuses a list of parts that looks hostile", ["CrossSiteScripting"], "/videos/v/upload/complete", true],
    ["refuses markup elsewhere", ["CrossSiteScripting"], "/videos", true],
    ["refuses paths elsewhere", ["GenericLFI"], "/videos", true],
    ["refuses addresses elsewhere", ["GenericRFI"], "/videos", true],
    ["refuses the address of metadata elsewhere", ["EC2MetaDataSSRF"], "/videos", true],
  ])("%s", (_what, marks, path, refused) => {
    const common = rules().find(({ name }) => name === "AWSManagedRulesCommonRuleSet");
    const counted = common?.statement.managedRuleGroupStatement?.ruleActionOverrides ?? [];
    // What is only marked is refused later, and nothing else is only marked.
    expect(counted.every(({ actionToUse }) => "count" in actionToUse)).toBe(true);
    expect(counted.map(({ name }) => name)).toEqual(
      expect.arrayContaining(marks.map((mark) => `${mark}_BODY`)),
    );
    const rule = rules().find(({ name }) => name === "SuspectBody");
    expect(rule?.action).toEqual({ block: {} });
    // The mark is there only once the common rules have run.
    expect(rule?.priority).toBeGreaterThan(common?.priority ?? Infinity);
    const labels = marks.map((mark) => `awswaf:managed:aws:core-rule-set:${mark}_Body`);
    expect(holds(rule?.statement ?? {}, { labels, path })).toBe(refused);
  });

  it("writes down what it refused, without what callers log in with", () => {
    const { inputs } = only(production, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    const group = ofType(production, LOG_GROUP).find(({ outputs }) =>
      (inputs.logDestinationConfigs as string[]).includes(outputs.arn as string),
    );
    expect(group?.inputs.name).toMatch(/^aws-waf-logs-/);
    expect(inputs.resourceArn).toBe(only(production, "aws:wafv2/webAcl:WebAcl").outputs.arn);
    expect(JSON.stringify(inputs.redactedFields)).toContain("authorization");
    expect(JSON.stringify(inputs.loggingFilter)).toContain("BLOCK");
  });
});

describe("the edge", () => {
  it("tells the API who is calling, whatever a caller says", async () => {
    const { name, inputs } = only(production, "aws:cloudfront/function:Function");
    const [store = ""] = inputs.keyValueStoreAssociations as string[];
    const run = compileEdgeFunction(
      name,
      inputs.code as string,
      keyValuesOf(production).get(store) ?? new Map(),
    );
    const routed = await run(
      {
        method: "GET",
        uri: "/videos",
        querystring: {},
        headers: { host: { value: "example.com" }, "x-viewer-address": { value: "198.51.100.1" } },
        cookies: {},
      },
      "203.0.113.7",
    );
    expect(routed).toMatchObject({
      kind: "request",
      request: { uri: "/production/videos", headers: { "x-viewer-address": { value: "203.0.113.7" } } },
    });
  });
});
