import { type Graph, ofType } from "../../packages/local/src/synth/graph.ts";
import { RULES } from "./catalogue.ts";
import { UnreadableError } from "./read/document.ts";
import { secretValues } from "./read/secrets.ts";
import type { Gate, Rule, RuleId, Stack, Violation } from "./rule.ts";
import { type Waiver, WAIVERS } from "./waivers.ts";

export interface Finding {
  readonly rule: RuleId;
  readonly title: string;
  readonly gate: Gate;
  readonly sources: readonly string[];
  readonly resource: { readonly type: string; readonly name: string; readonly urn: string };
  readonly property: string;
  /** What stands there, `null` where nothing does. Secrets are replaced by the names of their owners. */
  readonly found: unknown;
  readonly expected: string;
  readonly waiver?: Waiver;
}

interface Verdict {
  readonly rule: Rule;
  /** How many resources of the rule's types the graph has. */
  readonly subjects: number;
  readonly findings: readonly Finding[];
}

export interface Inspection {
  readonly stage: string;
  readonly permanent: boolean;
  /** One for each rule that applies to the stage. */
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
  /** Waivers for this stage that nothing needs any more. */
  readonly stale: readonly Waiver[];
}

/** The stage whose loss would be a loss. What else says that it is kept, is held to the same. */
function isPermanent({ app }: Pick<Graph, "app">): boolean {
  return app.stage === "production" || app.protect || app.removal !== "remove";
}

/** Holds a graph against the rules. A finding that a waiver covers carries it. */
export function inspect(
  graph: Graph,
  rules: readonly Rule[] = RULES,
  waivers: readonly Waiver[] = WAIVERS,
): Inspection {
  const stack = { graph, permanent: isPermanent(graph) };
  const applies = ({ stages = "all" }: { stages?: Rule["stages"] }) => stack.permanent || stages === "all";
  const redact = redactor(graph);
  const verdicts = rules.filter(applies).map((rule) => judge(rule, stack, waivers.filter(applies), redact));
  const findings = verdicts.flatMap((verdict) => verdict.findings);
  const applied = new Set(verdicts.map(({ rule }) => rule.id));
  const used = new Set(findings.map(({ waiver }) => waiver));
  const stale = waivers.filter((waiver) => applies(waiver) && applied.has(waiver.rule) && !used.has(waiver));
  return { stage: graph.app.stage, permanent: stack.permanent, verdicts, findings, stale };
}

/** Findings of a gate that no waiver covers. */
export function standing({ findings }: Pick<Inspection, "findings">, gate: Gate): Finding[] {
  return findings.filter((finding) => finding.gate === gate && finding.waiver === undefined);
}

function judge(rule: Rule, stack: Stack, waivers: readonly Waiver[], redact: Redact): Verdict {
  const subjects = rule.resources.flatMap((type) => ofType(stack.graph, type)).length;
  const findings = violations(rule, stack).map((violation) => finding(rule, violation, waivers, redact));
  return { rule, subjects, findings };
}

function violations(rule: Rule, stack: Stack): readonly Violation[] {
  try {
    return rule.check(stack);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const { resource, property } = error;
    return [{ resource, property, found: "a text that is no JSON", expected: "a JSON document" }];
  }
}

function finding(rule: Rule, violation: Violation, waivers: readonly Waiver[], redact: Redact): Finding {
  const { type, name, urn } = violation.resource;
  const waiver = waivers.find((one) => one.rule === rule.id && covers(one, name, violation.property));
  return {
    rule: rule.id,
    title: rule.title,
    gate: violation.gate ?? rule.gate,
    sources: rule.sources,
    resource: { type, name, urn },
    property: violation.property,
    found: redact(violation.found ?? null),
    expected: violation.expected,
    ...(waiver ? { waiver } : {}),
  };
}

const whole = (pattern: RegExp, text: string) => new RegExp(`^(?:${pattern.source})$`).test(text);

function covers({ resource, property }: Waiver, name: string, path: string): boolean {
  return whole(resource, name) && (property === undefined || whole(property, path));
}

type Redact = (found: unknown) => unknown;

/** A report is read by more people than a graph is. */
function redactor(graph: Graph): Redact {
  const secrets = [...secretValues(graph)];
  return (found) => {
    let text = JSON.stringify(found);
    for (const [secret, owner] of secrets)
      text = text.replaceAll(JSON.stringify(secret).slice(1, -1), `(${owner})`);
    return JSON.parse(text) as unknown;
  };
}
