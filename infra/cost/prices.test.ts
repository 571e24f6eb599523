import { describe, expect, it } from "vitest";
import { RESOURCES } from "../../packages/local/src/synth/answers/resources.ts";
import { CHARGES } from "./charges.ts";
import { type Price, PRICES, REGIONS } from "./price-list.ts";
import { requirePrice, requireRegion, usdOf } from "./prices.ts";
import { FREE, METERED } from "./types.ts";

describe("every price", () => {
  it.each(Object.entries<Price>(PRICES))(
    "%s is dated, has a source, and is known for all regions",
    (_name, price) => {
      expect(price.source).toMatch(/^https:\/\/aws\.amazon\.com\/[\w/-]+\/pricing\/$/);
      expect(price.usageType).not.toBe("");
      expect(price.on).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(Number.isNaN(Date.parse(price.on))).toBe(false);
      expect(["confirmed", "from memory"]).toContain(price.evidence);
      for (const region of REGIONS) expect(price.usd[region]).toBeGreaterThan(0);
    },
  );
});

describe("a price", () => {
  it("is for as many units as AWS prints it for", () => {
    // Lambda: $0.20 for a million requests. S3 in Tokyo: $0.0047 for a thousand PUTs.
    expect(usdOf("lambdaRequest", "us-east-1", 5_000_000)).toBeCloseTo(1, 10);
    expect(usdOf("s3Put", "ap-northeast-1", 10_000)).toBeCloseTo(0.047, 10);
  });

  it("of a region that is not in the table is an error that names the region and those that are", () => {
    expect(() => requireRegion("eu-west-1")).toThrow(/"eu-west-1".*ap-northeast-1, us-east-1/);
  });

  it("that is missing is an error that names what has none", () => {
    expect(() => requirePrice("postgres.db.r8g.large.multi", 'Database "Main"')).toThrow(
      /Database "Main".*"postgres\.db\.r8g\.large\.multi"/,
    );
    expect(() => requirePrice("toString", "Something")).toThrow("Something");
  });
});

describe("every resource type that can be in a graph", () => {
  it.each(Object.keys(RESOURCES))("%s costs for existing, or by use, or nothing: one of these", (type) => {
    expect([CHARGES, METERED, FREE].filter((types) => type in types)).toHaveLength(1);
  });
});
