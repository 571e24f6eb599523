import { toNumber } from "@telecine/core/media/rational";
import { buildGrowing, GROWING_CACHE_CONTROL, type PlaylistFile } from "@telecine/core/playlist/playlist";
import { codecOf } from "@telecine/core/ladder/ladder";
import type { EncodedAudio, EncodedRendition } from "@telecine/core/task/contract";
import { AUDIO, type EncodePlan } from "../ffmpeg/plan.ts";
import { retry } from "../retry.ts";
import { patience, type TaskDependencies } from "./deps.ts";

/** Each edition is a request for every track. Nobody waits for one who is so many seconds from the end of the last. */
const INTERVAL_MS = 8_000;
const AHEAD_SECONDS = 16;

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
  let offered = { rungs: 0, segments: 0, seconds: 0 };
  let begunAt: number | undefined;
  let writtenAt = -Infinity;
  let hasFailed = false;
  const heads = new Map<string, EncodedRendition["segments"]>();
  const put = ({ key, text }: PlaylistFile) =>
    retry(
      () => deps.bucket.write(prefix + key, new TextEncoder().encode(text), HEADERS, deps.signal),
      patience(deps),
    );

  // What every player plays is enough while it grows: newer codecs take longer to begin.
  const rungs = plan.rungs.filter(({ codec }) => codec === "h264");

  // A playlist that grows may not change: it goes on with the segments that it was begun with.
  const withHeads = (renditions: Available["renditions"]) =>
    renditions.map((rendition) => {
      const head = heads.get(rendition.name) ?? [];
      return { ...rendition, segments: [...head, ...rendition.segments.slice(head.length)] };
    });

  const write = async ({ renditions, audio }: Available) => {
    const begun = rungs.filter(({ name }) => renditions.some((rendition) => rendition.name === name));
    const limits = limitsOf({ ...plan, rungs: begun });
    const { multivariant, media } = buildGrowing({ renditions, audio, ...limits });
    await Promise.all(media.map(put));
    if (renditions.length > offered.rungs) await put(multivariant);
    if (offered.rungs === 0) await deps.reporter.playable(prefix + multivariant.key);
    begunAt ??= deps.now();
    offered = lengthOf({ renditions, audio });
  };

  const attempt = async (available: Available) => {
    writtenAt = deps.now();
    try {
      await write(available);
      hasFailed = false;
    } catch (error) {
      deps.signal.throwIfAborted();
      hasFailed = true;
      deps.log.warn({ err: error }, "what there is cannot be played yet");
    }
  };

  /** Whether somebody who plays since the beginning is about to see all that was offered. */
  const isAwaited = () => offered.seconds - (deps.now() - (begunAt ?? deps.now())) / 1000 < AHEAD_SECONDS;

  const isDue = (available: Available) => {
    const { rungs, segments } = lengthOf(available);
    const isPressing = rungs > offered.rungs || isAwaited();
    const isMore = rungs > offered.rungs || segments > offered.segments;
    return isMore && ((isPressing && !hasFailed) || deps.now() - writtenAt >= INTERVAL_MS);
  };

  return {
    begin: async (available) => {
      for (const { name, segments } of available.renditions) heads.set(name, segments);
      await attempt(evened(available));
    },
    update: async ({ renditions: all, audio }) => {
      const renditions = withHeads(all.filter(({ name }) => codecOf(name) === "h264"));
      if (renditions.length < rungs.length || audio.length < plan.audio.length) return;
      const available = evened({ renditions, audio });
      if (isDue(available)) await attempt(available);
    },
  };
}

/**
 * As many segments of each track: a player that is at the end of one and changes to another would be beyond that one's end, and
 * begin again.
 */
function evened({ renditions, audio }: Available): Available {
  const count = Math.min(...[...renditions, ...audio].map(({ segments }) => segments.length));
  const cut = <Track extends EncodedAudio | EncodedRendition>(tracks: readonly Track[]): Track[] =>
    tracks.map((track) => ({ ...track, segments: track.segments.slice(0, count) }));
  return { renditions: cut(renditions), audio: cut(audio) };
}

/** How much there is of tracks that are equally long. */
function lengthOf({ renditions }: Available) {
  const segments = renditions[0]?.segments ?? [];
  const seconds = segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  return { rungs: renditions.length, segments: segments.length, seconds };
}

function limitsOf({ rungs, audio, framesPerSegment, frameRate }: EncodePlan) {
  const soundKbps = audio.length > 0 ? AUDIO.bitrateKbps : 0;
  return {
    targetSeconds: Math.max(1, Math.round(framesPerSegment / toNumber(frameRate))),
    limits: rungs.map(({ maxBitrateKbps }) => Math.round((maxBitrateKbps + soundKbps) * PEAK * 1000)),
  };
}
