import type { Graph, Resource } from "../../../packages/local/src/synth/graph.ts";
import { IDLE } from "../assumptions.ts";
import type { Priced } from "../lines.ts";
import type { PriceName } from "../prices.ts";

/** So many units of a price each month. */
export interface Charge extends Priced {
  readonly group: Group;
}

export type Group =
  | "Network"
  | "Database"
  | "Cache"
  | "Files"
  | "Keys and secrets"
  | "Firewall"
  | "Monitoring"
  | "Logs"
  | "Backups"
  | "Schedules"
  | "Images";

/** What one resource costs each month for existing; throws for a setting that has no price. */
export type Charging = (resource: Resource, graph: Graph) => Charge[];

/** Charged for each hour of a month, `count` times. */
export function hourly(group: Group, item: string, price: PriceName, count = 1): Charge {
  return { group, item, price, units: count * IDLE.hoursPerMonth.value };
}

export const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);

/** Refuses settings that cost money and have no price here. */
export function refuse(
  { name, inputs }: Resource,
  costs: Readonly<Record<string, (value: unknown) => boolean>>,
): void {
  for (const [field, isCharged] of Object.entries(costs)) {
    const value = inputs[field];
    if (value !== undefined && isCharged(value))
      throw new Error(
        `"${name}" sets ${field}, which costs money and has no price: add it to infra/cost/charges/.`,
      );
  }
}
