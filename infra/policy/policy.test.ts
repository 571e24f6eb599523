import { beforeAll, describe, expect, it } from "vitest";
import { graphOf } from "../graph.ts";
import { type Finding, inspect, type Inspection, standing } from "./inspect.ts";
import { WAIVERS } from "./waivers.ts";

const STAGES = ["production", "staging", "ada"];
const inspections = new Map<string, Inspection>();

beforeAll(async () => {
  for (const stage of STAGES) inspections.set(stage, inspect(await graphOf(stage)));
});

function of(stage: string): Inspection {
  const inspection = inspections.get(stage);
  if (!inspection) throw new Error(`Stage ${stage} was not inspected.`);
  return inspection;
}

const inWords = ({ rule, resource, property, found, expected }: Finding) =>
  `${rule} ${resource.name} ${property}: found ${JSON.stringify(found)}, expected ${expected}`;

describe.each(STAGES)("stage %s", (stage) => {
  it("breaks no rule that blocks", () => {
    expect(standing(of(stage), "B").map(inWords)).toEqual([]);
  });

  it("breaks a rule that warns only with a reason", () => {
    expect(standing(of(stage), "W").map(inWords)).toEqual([]);
  });

  it("breaks a rule that is expected to be broken only with a reason", () => {
    expect(standing(of(stage), "X").map(inWords)).toEqual([]);
  });

  it("needs every waiver", () => {
    expect(of(stage).stale).toEqual([]);
  });
});

describe("production", () => {
  it("is held to every rule, and other stages to those that cost nothing", () => {
    expect(of("production").verdicts).toHaveLength(78);
    expect(of("staging").permanent).toBe(false);
    expect(of("staging").verdicts.length).toBeGreaterThanOrEqual(60);
    expect(of("ada").verdicts.length).toBe(of("staging").verdicts.length);
  });

  it("has something to look at for every rule but those on what only a configuration adds", () => {
    const empty = of("production").verdicts.filter(({ subjects }) => subjects === 0);
    // Subscriptions and a domain of the API's own.
    expect(empty.map(({ rule }) => rule.id)).toEqual(["P54", "P69"]);
  });

  it("waives a rule that blocks in these cases alone", () => {
    const waived = of("production").findings.filter(({ gate, waiver }) => gate === "B" && waiver);
    expect([...new Set(waived.map(({ rule }) => rule))].sort()).toEqual(["P61", "P68", "P77"]);
  });
});

describe("waivers", () => {
  it("say why, and what would end them", () => {
    for (const { rule, reason, until } of WAIVERS) {
      expect({ rule, reason }).toEqual({ rule, reason: expect.stringMatching(/^[A-Z].{30,}\.$/s) as string });
      expect({ rule, until }).toEqual({ rule, until: expect.stringMatching(/^\S.{10,}[^.]$/) as string });
    }
  });
});
