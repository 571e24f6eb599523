import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { synthesize } from "../../packages/local/src/synth/synthesize.ts";
import { inspect, type Inspection } from "./inspect.ts";
import { secretValues } from "./read/secrets.ts";
import { mayDeploy, toJson, toText } from "./report.ts";

const root = mkdtempSync(join(tmpdir(), "plain-"));
let graph: Graph;
let plain: Inspection;

beforeAll(async () => {
  cpSync(join(import.meta.dirname, "test-app"), root, { recursive: true });
  symlinkSync(join(import.meta.dirname, "../../.sst"), join(root, ".sst"));
  graph = await synthesize({ root, stage: "production" });
  plain = inspect(graph, undefined, []);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** What was read in the sources of SST 3.19.3, rule by rule: blocking rules that its components break when left alone. */
const BROKEN = [
  ...[
    "P03",
    "P04",
    "P11",
    "P13",
    "P17",
    "P22",
    "P23",
    "P24",
    "P25",
    "P26",
    "P27",
    "P29",
    "P30",
    "P33",
    "P34",
  ],
  ...[
    "P36",
    "P37",
    "P39",
    "P40",
    "P42",
    "P47",
    "P48",
    "P49",
    "P50",
    "P52",
    "P53",
    "P54",
    "P55",
    "P57",
    "P58",
  ],
  ...["P60", "P61", "P62", "P63", "P66", "P67", "P68", "P72", "P74", "P76", "P77"],
];

const broken = (gates: string) =>
  plain.verdicts
    .filter(({ findings }) => findings.some(({ gate }) => gates.includes(gate)))
    .map(({ rule }) => rule.id);

describe("an app of SST's components as they are", () => {
  it("breaks 64 of the 78 rules", () => {
    expect(plain.verdicts).toHaveLength(78);
    expect(broken("BWX")).toHaveLength(64);
  });

  it("breaks the blocking rules that SST is known to break, and keeps those that it is known to keep", () => {
    expect(broken("B")).toEqual(BROKEN);
  });

  it("may not be deployed, and the report says which rule, which resource, what is there and what should be", () => {
    expect(mayDeploy(plain)).toBe(false);
    const text = toText(plain);
    expect(text).toContain("P13  The database refuses connections without TLS [CKV2_AWS_69");
    expect(text).toContain("ParameterGroup DatabaseParameterGroup: parameters.rds.force_ssl");
    expect(text).toContain('found "0", expected "1"');
    expect(JSON.parse(toJson(plain))).toMatchObject({
      stage: "production",
      permanent: true,
      mayDeploy: false,
    });
  });

  it("shows no secret in its report", () => {
    const secrets = [...secretValues(graph).keys()];
    expect(secrets.length).toBeGreaterThan(2);
    for (const report of [toText(plain), toJson(plain)])
      expect(secrets.filter((secret) => report.includes(secret))).toEqual([]);
  });
});
