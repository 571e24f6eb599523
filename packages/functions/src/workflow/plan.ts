import type { Ladder } from "@telecine/core/ladder/ladder";
import { limitOf, machineOf } from "@telecine/core/plan/machine";
import type { Plan } from "@telecine/core/plan/plan";
import { makePlan } from "@telecine/core/plan/planner";
import { filmFrom, type Known, ladderFrom, proposalFor } from "@telecine/core/plan/propose";
import type { Settings } from "@telecine/core/settings/settings";
import type { ContainerFacts } from "../container/facts.ts";
import { rejected } from "./error.ts";

interface Decided {
  readonly plan: Plan;
  readonly ladder?: Ladder;
}

/**
 * Decides how a source is encoded; where several tasks do it, also in what, which has to be the same for all. Throws
 * VideoRejected where that would cost more than the video's limit, or the stage's.
 */
export function planFor(
  { sizeBytes }: { readonly sizeBytes: number },
  facts: ContainerFacts | null,
  settings: Settings,
): Decided {
  const machine = machineOf(process.env);
  const maxCostUsd = limitOf(settings, machine);
  const film = facts?.film ? filmFrom(facts.film.timing, facts.film.keyframes) : null;
  const known: Known = {
    sizeBytes,
    durationSeconds: facts?.durationSeconds ?? null,
    picture: facts?.picture ?? null,
    framesPerSecond: null,
    soundTracks: facts ? facts.soundCodecs.length : null,
    peakBitrateKbps: facts?.film?.peakBitrateKbps ?? null,
    film,
    isConstant: facts?.isConstant !== false,
  };
  const plan = makePlan(proposalFor(known, settings, maxCostUsd), machine);
  if (maxCostUsd !== undefined && plan.estimate.costUsd > maxCostUsd)
    throw tooDear(plan.estimate.costUsd, maxCostUsd);
  return { plan, ...(plan.mode === "chunked" ? { ladder: ladderFrom(known, settings) } : {}) };
}

function tooDear(costUsd: number, limitUsd: number) {
  return rejected({
    code: "cost_limit_exceeded",
    message:
      `Processing this video would cost about $${dollars(costUsd)}, more than its limit of $${dollars(limitUsd)}. ` +
      "Create it again with a higher maxCostUsd, or upload a shorter or smaller video.",
  });
}

/** As many digits as tell two small amounts apart. */
function dollars(amount: number): string {
  return amount.toLocaleString("en-US", { maximumSignificantDigits: 3, useGrouping: false });
}
