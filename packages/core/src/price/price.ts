/** The regions that prices are known for. */
export const REGIONS = ["ap-northeast-1", "us-east-1"] as const;
export type Region = (typeof REGIONS)[number];

/** A list price: first tier, on demand, without free tiers, discounts and tax. */
export interface Price {
  /** What one of it is: `hour`, `GB`, `request`. */
  readonly unit: string;
  /** US dollars for `per` units, as AWS prints them. */
  readonly usd: Readonly<Record<Region, number>>;
  readonly per: number;
  /** AWS's page, and what the same figure is called in AWS's Price List; regions put a prefix before it (`APN1-`). */
  readonly source: string;
  readonly usageType: string;
  /** The day the figure was compared with what AWS publishes, or written down from memory. */
  readonly on: string;
  readonly evidence: Evidence;
}

type Evidence = "confirmed" | "from memory";

/** AWS's pages draw their tables by script; the figures are those of the Price List behind them. */
const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;

/**
 * Confirmed: equal to the figures of AWS's Price List of this day, as dated public copies quote them: the price books of
 * github.com/O6lvl4/archgopher (catalog/aws, compared with the Price List by machine) and cost estimates that name usage types.
 */
const CONFIRMED_ON = "2026-09-25";
const REMEMBERED_ON = "2026-11-27";

type Usd = readonly [tokyo: number, virginia: number];

const priced =
  (evidence: Evidence) =>
  (unit: string, [tokyo, virginia]: Usd, service: string, usageType: string, per = 1): Price => ({
    unit,
    per,
    usd: { "ap-northeast-1": tokyo, "us-east-1": virginia },
    source: page(service),
    usageType,
    on: evidence === "confirmed" ? CONFIRMED_ON : REMEMBERED_ON,
    evidence,
  });

export const listed = priced("confirmed");
export const remembered = priced("from memory");

export const MILLION = 1_000_000;

/** The region, if prices are known for it. */
export function findRegion(name: string | undefined): Region | undefined {
  return REGIONS.find((known) => known === name);
}

/** US dollars for a quantity. */
export function usdFor({ usd, per }: Price, region: Region, quantity: number): number {
  return (quantity * usd[region]) / per;
}
