import { toNumber } from "@telecine/core/media/rational";
import { buildGrowing, GROWING_CACHE_CONTROL, type PlaylistFile } from "@telecine/core/playlist/playlist";
import { codecOf } from "@telecine/core/ladder/ladder";
import type { EncodedAudio, EncodedRendition } from "@telecine/core/task/contract";
import { AUDIO, type EncodePlan } from "../ffmpeg/plan.ts";
import { retry } from "../retry.ts";
import { patience, type TaskDependencies } from "./deps.ts";

/** Each edition is a request for every track: the first ones are waited for, the later ones are not. */
const INTERVAL_MS = 8_000;
const EAGER_EDITIONS = 3;

/** A segment of a group alone may take all that the buffer of rate control holds: half as much again as the limit. */
const PEAK = 1.5;

const HEADERS = { contentType: "application/vnd.apple.mpegurl", cacheControl: GROWING_CACHE_CONTROL };

/** What is in the bucket so far. */
interface Available {
  readonly renditions: readonly EncodedRendition[];
  readonly audio: readonly EncodedAudio[];
}

/** Lets people play a video from its first segment on, while the rest is encoded. */
export interface Growing {
  /** Before all renditions have begun: with those that have. */
  readonly begin: (available: Available) => Promise<void>;
  /** Waits until all have. */
  readonly update: (available: Available) => Promise<void>;
}

/**
 * Writes playlists of what there is of a plan for a whole video, below the prefix. Trouble with it is told and costs the encode
 * nothing: the final playlists are another's work.
 */
export function createGrowing(plan: EncodePlan, prefix: string, deps: TaskDependencies): Growing {
  let editions = 0;
  let offered = 0;
  let writtenAt = -Infinity;
  const put = ({ key, text }: PlaylistFile) =>
    retry(
      () => deps.bucket.write(prefix + key, new TextEncoder().encode(text), HEADERS, deps.signal),
      patience(deps),
    );

  // What every player plays is enough while it grows: newer codecs take longer to begin.
  const rungs = plan.rungs.filter(({ codec }) => codec === "h264");

  const write = async ({ renditions, audio }: Available) => {
    const begun = rungs.filter(({ name }) => renditions.some((rendition) => rendition.name === name));
    const limits = limitsOf({ ...plan, rungs: begun });
    const { multivariant, media } = buildGrowing({ renditions, audio, ...limits });
    await Promise.all(media.map(put));
    editions++;
    if (renditions.length <= offered) return;
    await put(multivariant);
    if (offered === 0) await deps.reporter.playable(prefix + multivariant.key);
    offered = renditions.length;
  };

  const attempt = async (available: Available) => {
    writtenAt = deps.now();
    try {
      await write(available);
    } catch (error) {
      deps.signal.throwIfAborted();
      deps.log.warn({ err: error }, "what there is cannot be played yet");
    }
  };

  return {
    begin: attempt,
    update: async ({ renditions: all, audio }) => {
      const renditions = all.filter(({ name }) => codecOf(name) === "h264");
      const isComplete = renditions.length === rungs.length && audio.length === plan.audio.length;
      const isEarly = editions >= EAGER_EDITIONS && deps.now() - writtenAt < INTERVAL_MS;
      if (isComplete && !isEarly) await attempt({ renditions, audio });
    },
  };
}

function limitsOf({ rungs, audio, framesPerSegment, frameRate }: EncodePlan) {
  const soundKbps = audio.length > 0 ? AUDIO.bitrateKbps : 0;
  return {
    targetSeconds: Math.max(1, Math.round(framesPerSegment / toNumber(frameRate))),
    limits: rungs.map(({ maxBitrateKbps }) => Math.round((maxBitrateKbps + soundKbps) * PEAK * 1000)),
  };
}
