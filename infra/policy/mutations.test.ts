import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf } from "../graph.ts";
import { type Finding, inspect } from "./inspect.ts";
import { MENDED, MISTAKES } from "./mutations/catalogue.ts";
import { changed, type Change, set } from "./mutations/draft.ts";
import { TYPE } from "./types.ts";

let production: Graph;
let today: readonly Finding[];

beforeAll(async () => {
  production = await graphOf("production");
  today = findingsOf(production);
});

const keyOf = ({ rule, resource, property, found, expected }: Finding) =>
  JSON.stringify([rule, resource.urn, property, found, expected]);

/** What one graph is found to have, and another is not. */
function beyond(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const known = new Set(others.map(keyOf));
  return findings.filter((finding) => !known.has(keyOf(finding)));
}

function findingsOf(graph: Graph): readonly Finding[] {
  return inspect(graph).findings;
}

const rulesOf = (findings: readonly Finding[]) => [...new Set(findings.map(({ rule }) => rule))];

describe("a mistake turns its rule red, and no other", () => {
  it.each(MISTAKES)("%s: %s", (rule, _does, change: Change) => {
    const fresh = beyond(findingsOf(changed(production, change)), today);
    expect(rulesOf(fresh)).toEqual([rule]);
    expect(fresh.filter(({ waiver }) => waiver === undefined)).not.toEqual([]);
  });
});

describe("what is waived turns green when it is done right, and nothing turns red", () => {
  it.each(MENDED)("%s: %s", (rule, _does, change: Change) => {
    const after = findingsOf(changed(production, change));
    expect(rulesOf(beyond(today, after))).toEqual([rule]);
    expect(beyond(after, today)).toEqual([]);
  });

  it("leaves the waiver without a finding, which is an error", () => {
    const path = "loggingConfiguration.includeExecutionData";
    const { stale } = inspect(changed(production, set(TYPE.stateMachine, path, true)));
    expect(stale.map(({ rule }) => rule)).toEqual(["P55"]);
  });
});

describe("the table", () => {
  it("has a mutation for every rule", () => {
    const covered = new Set([...MISTAKES, ...MENDED].map(([rule]) => rule));
    const rules = Array.from({ length: 78 }, (_, index) => `P${String(index + 1).padStart(2, "0")}`);
    expect(rules.filter((rule) => !covered.has(rule as `P${number}`))).toEqual([]);
  });
});
