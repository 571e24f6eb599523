import type { Rung } from "@telecine/core/ladder/ladder";
import { packagingArgs } from "./packaging.ts";
import type { EncodePlan } from "./plan.ts";
import { words } from "./words.ts";

/** One rung's encoder, fed with the picture of its number. */
export function renditionArgs({ name, maxBitrateKbps }: Rung, index: number, plan: EncodePlan): string[] {
  const group = plan.framesPerGroup;
  return [
    ...words`-map [v${index}] -fps_mode passthrough -c:v libx264 -preset veryfast -profile:v high`,
    ...words`-crf 23 -maxrate ${maxBitrateKbps}k -bufsize ${maxBitrateKbps * 2}k`,
    // Closed groups of one length in every rung. The encoder's threads cost memory each, so their number is fixed.
    ...words`-g ${group} -keyint_min ${group} -sc_threshold 0 -threads 3`,
    ...packagingArgs(name, plan),
  ];
}
