import { findRegion, usdFor } from "../../packages/core/src/price/price.ts";
import { PRICES, REGIONS, type Region } from "./price-list.ts";

export type PriceName = keyof typeof PRICES;

/** The region, if prices are known for it; an error that says what to do otherwise. */
export function requireRegion(name: string): Region {
  const region = findRegion(name);
  if (region) return region;
  throw new Error(
    `No prices are known for the region "${name}". Known: ${REGIONS.join(", ")}. Give one with --region, or add a column to the prices (packages/core/src/price).`,
  );
}

/** The name of a price that depends on a setting, such as an instance class; an error that says where to add it otherwise. */
export function requirePrice(name: string, what: string): PriceName {
  if (Object.hasOwn(PRICES, name)) return name as PriceName;
  throw new Error(
    `${what} has no price: add "${name}" to infra/cost/price-list.ts, with its source and date.`,
  );
}

/** US dollars for a quantity. */
export function usdOf(name: PriceName, region: Region, quantity: number): number {
  return usdFor(PRICES[name], region, quantity);
}
