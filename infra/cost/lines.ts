import { PRICES, type Region } from "./price-list.ts";
import { type PriceName, usdOf } from "./prices.ts";

/** So many units of a price. */
export interface Priced {
  readonly item: string;
  readonly price: PriceName;
  readonly units: number;
}

/** What is of one kind and one price, together. */
export interface Line extends Priced {
  /** How many resources or uses stand behind it. */
  readonly count: number;
  readonly unit: string;
  readonly usd: number;
}

/** One line for each item and price, each `times` over. */
export function toLines(priced: readonly Priced[], region: Region, times = 1): Line[] {
  const kinds = Map.groupBy(priced, ({ item, price }) => `${item} ${price}`);
  return [...kinds.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { item, price } = first;
    const units = same.reduce((total, one) => total + one.units, 0) * times;
    return [
      { item, price, units, unit: PRICES[price].unit, count: same.length, usd: usdOf(price, region, units) },
    ];
  });
}

/** US dollars of all parts. */
export function sum(parts: readonly { readonly usd: number }[]): number {
  return parts.reduce((total, { usd }) => total + usd, 0);
}
