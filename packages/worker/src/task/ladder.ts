import { decideLadder, type LadderSource, withHdr } from "@telecine/core/ladder/decide";
import type { Ladder } from "@telecine/core/ladder/ladder";
import { tune } from "@telecine/core/ladder/trial";
import { peakBitrateKbps } from "@telecine/core/media/load";
import { encodedPictures } from "@telecine/core/media/measure";
import { toNumber } from "@telecine/core/media/rational";
import { videoRangeOf } from "@telecine/core/source/color";
import type { TaskInput } from "@telecine/core/task/contract";
import type { Inspection } from "../source/inspect.ts";
import { planEncode } from "./plan.ts";
import { type TrialDependencies, tryGroups } from "./trial.ts";
import type { Work } from "./work.ts";

/**
 * What a video is encoded in: as was decided before the task started, or else by the settings and by what is known of the
 * source. `optimized` encodes some scenes for that first. Throws when a part would have to decide for the others.
 */
export async function settleLadder(
  source: string,
  inspection: Inspection,
  { input, work }: { readonly input: TaskInput; readonly work: Work },
  deps: TrialDependencies,
): Promise<Ladder> {
  const { settings } = input;
  const looks = ladderSourceOf(inspection);
  if (input.ladder) return withHdr(input.ladder, looks, settings);
  const ladder = decideLadder(looks, settings);
  if (settings.quality !== "optimized") return ladder;
  if (work.kind === "part") throw new Error("A part cannot optimize what all parts have to have alike.");
  const trial = await tryGroups(planEncode(source, inspection, ladder, settings), inspection.load, deps);
  return trial ? decideLadder(looks, settings, tune(trial)) : ladder;
}

export function ladderSourceOf(inspection: Inspection): LadderSource {
  const { info, picture, color, load } = inspection;
  return {
    ...{ width: info.width, height: info.height },
    framesPerSecond: toNumber(encodedPictures(inspection).frameRate),
    codec: picture.codec_name ?? null,
    peakBitrateKbps: load ? peakBitrateKbps(load) : null,
    videoRange: videoRangeOf(color),
  };
}
