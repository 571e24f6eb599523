import type { Graph, Resource } from "../../packages/local/src/synth/graph.ts";

/** B blocks a deployment, W warns, X is expected to fail: it needs a standing waiver that says why. */
export type Gate = "B" | "W" | "X";

/** All stages, or those alone that keep people's videos and pay for it: redundancy, firewalls, backups, alarms. */
export type Stages = "all" | "permanent";

export type RuleId = `P${number}`;

/** One rule: data, and a pure function from the graph to what breaks the rule. */
export interface Rule {
  readonly id: RuleId;
  /** What is true of an app that keeps the rule. */
  readonly title: string;
  /** How heavy a violation is, unless the violation itself says that it weighs less. */
  readonly gate: Gate;
  readonly stages: Stages;
  /** Ids of the same rule in public rule sets: Checkov, cdk-nag, AWS's FSBP, trivy, Prowler. */
  readonly sources: readonly string[];
  /** The Pulumi types it looks at. A graph with none of them has nothing to check. */
  readonly resources: readonly string[];
  readonly check: Check;
}

export type Check = (stack: Stack) => readonly Violation[];

/** What the rules look at. */
export interface Stack {
  readonly graph: Graph;
  readonly permanent: boolean;
}

export interface Violation {
  /** The resource that breaks the rule, or that lacks another beside it. */
  readonly resource: Pick<Resource, "type" | "name" | "urn">;
  readonly property: string;
  /** What stands there. `undefined` when nothing does. */
  readonly found: unknown;
  readonly expected: string;
  /** For the part of a rule that weighs less than the rule does. */
  readonly gate?: Gate;
}
