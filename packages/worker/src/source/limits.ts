import type { RejectionCode } from "@telecine/core/error";
import { isSupportedSize, MAX_STREAMS } from "@telecine/core/media/limits";
import { displaySize, moving, type Probe, type ProbeStream } from "../ffmpeg/probe.ts";
import { Rejection } from "../task/outcome.ts";

type Limit = (probe: Probe, picture: ProbeStream) => boolean;

/** Profiles of Dolby Vision whose picture shows wrong colours to all who do not read what comes with it. */
const ALONE = [5, 10];

function isForDolbyAlone({ side_data_list }: ProbeStream): boolean {
  return side_data_list.some(
    ({ dv_profile: profile = 0, dv_bl_signal_compatibility_id: compatibility }) =>
      ALONE.includes(profile) && compatibility === 0,
  );
}

/** Each limit with its code, cheapest first; true means that the source is beyond it. */
const LIMITS: readonly (readonly [RejectionCode, Limit])[] = [
  ["source_too_many_streams", ({ streams }) => streams.length > MAX_STREAMS],
  ["source_dimensions_unsupported", (_, { width = 0, height = 0 }) => !isSupportedSize(width, height)],
  [
    "source_dimensions_unsupported",
    (_, picture) => !isSupportedSize(displaySize(picture).width, displaySize(picture).height),
  ],
  ["source_color_unsupported", (_, picture) => isForDolbyAlone(picture)],
];

/**
 * Throws a {@link Rejection} when a source is larger than is accepted, or cannot be shown. How fast and how long it is, its packets tell:
 * headers are wrong about that in files that are otherwise good.
 */
export function checkLimits(probe: Probe, picture: ProbeStream): void {
  const broken = LIMITS.find(([, isBeyond]) => isBeyond(probe, picture));
  if (broken) throw new Rejection(broken[0]);
}

/** Why a file that claims a moving picture has none that can be used. */
export function withoutPicture(probe: Probe, errors: string): Rejection {
  if (errors.includes("exceeds specified max pixel count"))
    return new Rejection("source_dimensions_unsupported");
  const unreadable = probe.streams.length === 0 || moving(probe).length > 0;
  return new Rejection(unreadable ? "source_corrupt" : "source_no_video_stream");
}
