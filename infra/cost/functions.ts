import type { Resource } from "../../packages/local/src/synth/graph.ts";
import { type PriceName, requirePrice } from "./prices.ts";

/** GB of memory that a second of a function is charged with. */
export function memoryGb({ inputs }: Resource): number {
  return Number(inputs.memorySize ?? 128) / 1024;
}

/** The price of a GB-second on the function's architecture. */
export function functionPrice({ name, inputs }: Resource): PriceName {
  const [architecture = "x86_64"] = (inputs.architectures as string[] | undefined) ?? [];
  return requirePrice(`lambda.${architecture}.gbSecond`, `Function "${name}"`);
}
