import type { Charging } from "./charges/charge.ts";
import { DATA } from "./charges/data.ts";
import { NETWORK } from "./charges/network.ts";
import { OPERATIONS } from "./charges/operations.ts";

/** Types that cost money for existing, and how much of what. */
export const CHARGES: Readonly<Record<string, Charging>> = { ...NETWORK, ...DATA, ...OPERATIONS };
