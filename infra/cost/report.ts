import type { Assumption } from "./assumptions.ts";
import type { Estimate } from "./estimate.ts";
import type { Line } from "./lines.ts";
import { PRICES, type Region } from "./price-list.ts";

const ITEM_WIDTH = 38;
const HOW_WIDTH = 46;
const USD_WIDTH = 11;
const WIDTH = 2 + ITEM_WIDTH + HOW_WIDTH + USD_WIDTH;

/** The estimate for people: what costs how much, how each figure comes about, and what it rests on. */
export function reportOf(estimate: Estimate): string {
  const { stage, region, fixed, sourceHour, watchedHour } = estimate;
  return [
    `Stage ${stage} in ${region}: list prices in US dollars.`,
    "",
    heading("A month, before the first video"),
    ...fixed.groups.flatMap(({ group, lines, usd }) => [
      part(group, usd),
      ...lines.map((line) => row(line, region)),
    ]),
    total("A month", fixed.usdPerMonth, 2),
    "",
    heading("An hour of source"),
    part("To process", sourceHour.processing.usd, 4),
    ...sourceHour.processing.lines.map((line) => row(line, region, 4)),
    part(`To keep, ${estimate.assumptions.monthsKept?.value ?? 0} month`, sourceHour.keeping.usd, 4),
    ...sourceHour.keeping.lines.map((line) => row(line, region, 4)),
    total("An hour of source", sourceHour.usd, 4),
    total("The same at 24 frames a second", sourceHour.usdAt24Frames, 4),
    "",
    heading("An hour watched"),
    ...watchedHour.lines.map((line) => row(line, region, 4)),
    total("An hour watched", watchedHour.usd, 4),
    "",
    ...footnotes(estimate),
    "",
  ].join("\n");
}

const heading = (text: string) => `${text.padEnd(WIDTH - USD_WIDTH)}${"USD".padStart(USD_WIDTH)}`;
const part = (text: string, usd: number, digits = 2) => amount(`  ${text}`, usd, digits);
const total = (text: string, usd: number, digits: number) => amount(text, usd, digits);

function amount(text: string, usd: number, digits: number): string {
  return `${text.padEnd(WIDTH - USD_WIDTH)}${usd.toFixed(digits).padStart(USD_WIDTH)}`;
}

/** A line's own amount stands before the column of sums. */
function row({ item, count, units, unit, price, usd }: Line, region: Region, digits = 2): string {
  const name = count > 1 ? `${item} (${count})` : item;
  const { per, usd: prices } = PRICES[price];
  const rate = `$${decimal(prices[region])}${per > 1 ? ` for ${number(per)}` : ""}`;
  const how = `${number(units)} ${units === 1 ? unit : plural(unit)} at ${rate}`;
  return `    ${name.padEnd(ITEM_WIDTH - 2)}${how.padEnd(HOW_WIDTH - 4)}${usd.toFixed(digits).padStart(USD_WIDTH - 1)}`;
}

const plural = (unit: string) => (unit === "GB" ? unit : `${unit}s`);

function number(value: number): string {
  return value < 1000
    ? value.toLocaleString("en-US", { maximumSignificantDigits: 3 })
    : value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** A price as AWS prints it, never as `1.3e-5`. */
function decimal(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 12 });
}

function footnotes({ assumptions, notCounted, prices }: Estimate): string[] {
  const all = Object.values(prices);
  const days = [...new Set(all.map(({ on }) => on))].sort();
  const remembered = Object.entries(prices).filter(([, { evidence }]) => evidence === "from memory");
  return [
    "Assumed",
    ...Object.values(assumptions).map(assumed),
    ...notCounted.map((text) => `  ${text}`),
    "",
    `Prices: ${all.length}, of ${days.join(" and ")}; ${all.length - remembered.length} confirmed by dated copies of AWS's Price List` +
      (remembered.length > 0 ? `, from memory: ${remembered.map(([name]) => name).join(", ")}.` : "."),
    "Sources are in infra/cost/price-list.ts, packages/core/src/price and in the output of --json.",
  ];
}

const assumed = ({ value, unit, why }: Assumption) => `  ${`${value} ${unit}`.padEnd(20)} ${why}`;
