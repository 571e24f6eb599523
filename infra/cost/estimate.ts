import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { AROUND, SPEED } from "../../packages/core/src/plan/assumptions.ts";
import { type Assumption, IDLE, NOT_COUNTED, WATCHING, WORK } from "./assumptions.ts";
import { fixedCosts, type GroupCost } from "./fixed.ts";
import { sum } from "./lines.ts";
import { type Price, PRICES, type Region } from "./price-list.ts";
import { keepingCost, processingCost, type UseCost, watchingCost } from "./source-hour.ts";

/** What a stage costs, all in US dollars at list prices, and what the figures rest on. */
export interface Estimate {
  readonly stage: string;
  readonly region: Region;
  readonly fixed: { readonly groups: readonly GroupCost[]; readonly usdPerMonth: number };
  readonly sourceHour: {
    readonly processing: UseCost;
    readonly keeping: UseCost;
    readonly usd: number;
    /** The same at 24 frames a second. */
    readonly usdAt24Frames: number;
  };
  readonly watchedHour: UseCost;
  readonly assumptions: Readonly<Record<string, Assumption>>;
  readonly notCounted: readonly string[];
  /** The prices that were used, each with its source and date. */
  readonly prices: Readonly<Record<string, Price>>;
}

/** Throws for resource types without a price, and settings without one, by name. */
export function estimateOf(graph: Graph, region: Region): Estimate {
  const groups = fixedCosts(graph, region);
  const processing = processingCost(graph, region);
  const keeping = keepingCost(region);
  const watchedHour = watchingCost(region);
  const at24 = processingCost(graph, region, 24);
  const lines = [...groups, processing, keeping, watchedHour].flatMap((part) => part.lines);
  return {
    stage: graph.app.stage,
    region,
    fixed: { groups, usdPerMonth: sum(groups) },
    sourceHour: {
      processing,
      keeping,
      usd: processing.usd + keeping.usd,
      usdAt24Frames: at24.usd + keeping.usd,
    },
    watchedHour,
    assumptions: { ...IDLE, ...SPEED, ...AROUND, ...WORK, ...WATCHING },
    notCounted: NOT_COUNTED,
    prices: Object.fromEntries(lines.map(({ price }) => [price, PRICES[price]])),
  };
}
