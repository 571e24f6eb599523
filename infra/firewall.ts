/// <reference path="../.sst/platform/config.d.ts" />
import { api } from "./api";
import { viewerAddress } from "./delivery";
import { logDays, sizes } from "./stage";

/**
 * Calls of one address within five minutes. The page asks once a second for what it shows, so this is twenty people behind
 * one address; and a caller, which CloudFront's own servers are too, may be a hundred calls a second.
 */
const VIEWER_CALLS = 6_000;
const CALLER_CALLS = 30_000;

/** What AWS's common rules find suspect in a body: markup, paths, addresses. All of it may be said in a film. */
const TEXT_RULES = ["CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY"];

const fromHeader = {
  aggregateKeyType: "FORWARDED_IP",
  // Whoever comes without it, directly, falls under the rule for callers.
  forwardedIpConfig: { headerName: viewerAddress, fallbackBehavior: "MATCH" },
};

/**
 * The web application firewall before the API: $5 a month, $1 for each of its six rules, and $0.60 for a million calls
 * (2026-11), which come here from the one public origin or directly.
 *
 * The distribution has none of its own: it would ask $0.60 for every million segments that viewers fetch, half of what
 * CloudFront itself asks for them, to protect files that are public. So the firewall meets CloudFront's addresses where it
 * looks for a viewer's: the rule for viewers reads the header that the edge writes (delivery.ts), and AWS's list of bad
 * addresses holds for those who go round the edge.
 */
if (sizes.firewall && !$dev) {
  const acl = createAcl();
  new aws.wafv2.WebAclAssociation("FirewallAssociation", {
    webAclArn: acl.arn,
    resourceArn: stageArn(),
  });
  logDecisions(acl);
}

function stageArn() {
  const { stage } = api.nodes;
  if (!stage) throw new Error("The API has no stage yet: call its deploy() first.");
  return stage.arn;
}

type Rule = aws.types.input.wafv2.WebAclRule;
type Statement = Rule["statement"];

function createAcl() {
  return new aws.wafv2.WebAcl("Firewall", {
    scope: "REGIONAL",
    description: `${$app.name} ${$app.stage}: the API`,
    defaultAction: { allow: {} },
    visibilityConfig: visibility("Firewall"),
    rules: [
      block("TooManyCallsOfAViewer", perAddress(VIEWER_CALLS, fromHeader)),
      block("TooManyCallsOfACaller", perAddress(CALLER_CALLS)),
      managed("AWSManagedRulesAmazonIpReputationList"),
      managed("AWSManagedRulesKnownBadInputsRuleSet"),
      managed("AWSManagedRulesCommonRuleSet", [...TEXT_RULES, "SizeRestrictions_BODY"]),
      block("SuspectBody", isSuspect()),
    ].map((rule, priority) => ({ ...rule, priority })),
  });
}

type RateStatement = aws.types.input.wafv2.WebAclRuleStatementRateBasedStatement;

function perAddress(
  limit: number,
  address: Omit<RateStatement, "limit"> = { aggregateKeyType: "IP" },
): Statement {
  return { rateBasedStatement: { limit, evaluationWindowSec: 300, ...address } };
}

/**
 * AWS's common rules refuse bodies of more than 8 KB, and such as look like an attack. The list of a large upload's parts
 * and captions have up to a megabyte, and captions hold whatever is said: so the rules only mark bodies, and this refuses
 * the marked ones everywhere else.
 */
function isSuspect(): Statement {
  const isListOfParts = path("ENDS_WITH", "/upload/complete");
  const isCaptions = path("CONTAINS", "/captions/");
  const isLarge = all(marked("SizeRestrictions_BODY"), not(isListOfParts), not(isCaptions));
  const looksHostile = all(any(...TEXT_RULES.map(marked)), not(isCaptions));
  return any(isLarge, looksHostile);
}

function all(...statements: Statement[]): Statement {
  return { andStatement: { statements } };
}

function any(...statements: Statement[]): Statement {
  return { orStatement: { statements } };
}

function not(statement: Statement): Statement {
  return { notStatement: { statements: [statement] } };
}

/** The label that a rule leaves ends with `_Body`. */
function marked(rule: string): Statement {
  const key = `awswaf:managed:aws:core-rule-set:${rule.replace("_BODY", "_Body")}`;
  return { labelMatchStatement: { scope: "LABEL", key } };
}

function path(positionalConstraint: "CONTAINS" | "ENDS_WITH", searchString: string): Statement {
  const textTransformations = [{ priority: 0, type: "NONE" }];
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint,
      searchString,
      textTransformations,
    },
  };
}

type Unordered = Omit<Rule, "priority">;

function block(name: string, statement: Statement): Unordered {
  return { name, action: { block: {} }, statement, visibilityConfig: visibility(name) };
}

/** A set of rules that AWS keeps up to date. Those named only count, and leave their mark for later rules. */
function managed(name: string, counted: readonly string[] = []): Unordered {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  };
}

function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}

/** What was refused or marked; what passed stands in the API's access log. */
function logDecisions(acl: aws.wafv2.WebAcl) {
  const log = new aws.cloudwatch.LogGroup("FirewallLog", {
    // AWS WAF takes no group whose name begins otherwise.
    name: `aws-waf-logs-${$app.name}-${$app.stage}`,
    retentionInDays: logDays,
  });
  new aws.wafv2.WebAclLoggingConfiguration("FirewallLogging", {
    resourceArn: acl.arn,
    logDestinationConfigs: [log.arn],
    redactedFields: ["authorization", "cookie"].map((name) => ({ singleHeader: { name } })),
    loggingFilter: {
      defaultBehavior: "DROP",
      filters: [
        {
          behavior: "KEEP",
          requirement: "MEETS_ANY",
          conditions: ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"].map((action) => ({
            actionCondition: { action },
          })),
        },
      ],
    },
  });
}
