import type { PartProgress } from "@telecine/core/progress/progress";
import type { TaskTicket } from "@telecine/core/task/contract";
import { retry } from "../retry.ts";
import { Superseded } from "./outcome.ts";

export type WorkPhase = "downloading" | "probing" | "encoding" | "verifying" | "storing";

/** How far each phase brings the whole, by what it usually costs. The last hundredth is for publishing. */
const ENDS: Readonly<Record<WorkPhase, number>> = {
  downloading: 0.05,
  probing: 0.06,
  encoding: 0.92,
  verifying: 0.95,
  storing: 0.99,
};
const ORDER = Object.keys(ENDS) as WorkPhase[];

const MIN_INTERVAL_MS = 1_000;
/** The most tasks of one video that run at once: the workflow's Map has no more. */
const MOST_AT_ONCE = 40;

/** A failover of the database takes about a minute. */
const PHASE_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

/** What the reporter tells others through. */
export interface Channels {
  /** Resolves with false when the attempt is not the current one any more. */
  enterPhase(report: TaskTicket & { phase: WorkPhase }): Promise<boolean>;
  writeProgress(videoId: string, progress: PartProgress): Promise<void>;
  makePlayable(playable: TaskTicket & { hlsKey: string }): Promise<unknown>;
  /** The playlist that an attempt's video can be played by already; null when it cannot be. */
  playedBy(ticket: TaskTicket): Promise<string | null>;
}

export interface ReporterOptions {
  readonly ticket: TaskTicket;
  /** Which part of the attempt's work is reported, what share of the whole that is, and how many parts there are. */
  readonly part?: number;
  readonly weight?: number;
  readonly parts?: number;
  /** How far an earlier run of the same part came. */
  readonly reached?: number;
  readonly channels: Channels;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly onTrouble: (error: unknown, message: string) => void;
  readonly phaseDelaysMs?: readonly number[];
}

export interface Reporter {
  /** Throws {@link Superseded} when nobody waits for this attempt any more. */
  readonly enter: (phase: WorkPhase) => Promise<void>;
  /** How much of the phase is done, 0 to 1; and, while encoding, seconds of video made per second. */
  readonly advance: (share: number, speed?: number) => void;
  /** Something can be played, by the playlist of this key. */
  readonly playable: (hlsKey: string) => Promise<void>;
  /** What the video can be played by already, as far as that is known: an earlier run's playlist, or a copy of the source. */
  readonly playedBy: () => Promise<string | null>;
}

/**
 * Tells where a task is: phases to the database, which must not fail the task when it is away, and progress between
 * them to the cache, at most once a second for all tasks of a video together. A video that several tasks work on is being
 * encoded, whatever each of them is at.
 */
export function createReporter({
  ticket,
  part = 0,
  weight = 1,
  parts = 1,
  reached: reachedBefore = 0,
  channels,
  signal,
  now,
  onTrouble,
  phaseDelaysMs = PHASE_DELAYS_MS,
}: ReporterOptions): Reporter {
  let phase: WorkPhase = "downloading";
  let phaseStartedAt = now();
  let reached = reachedBefore;
  const intervalMs = MIN_INTERVAL_MS * Math.min(parts, MOST_AT_ONCE);
  const shown = (own: WorkPhase) => (parts > 1 ? "encoding" : own);
  let writtenAt = -Infinity;
  let writing = false;

  const write = (speed: number | null, etaSeconds: number | null) => {
    if (writing || now() - writtenAt < intervalMs) return;
    writing = true;
    writtenAt = now();
    channels
      .writeProgress(ticket.videoId, {
        ...{ attempt: ticket.attempt, part, weight, phase: shown(phase), etaSeconds },
        speed: speed === null ? null : Math.round(speed * 100) / 100,
        progress: Math.round(reached * 1e4) / 1e4,
      })
      .catch((error: unknown) => {
        onTrouble(error, "progress was not written");
      })
      .finally(() => {
        writing = false;
      });
  };

  return {
    enter: async (next) => {
      phase = next;
      phaseStartedAt = now();
      reached = Math.max(reached, startOf(next));
      write(null, null);
      const isCurrent = await patiently(() => channels.enterPhase({ ...ticket, phase: shown(next) }), {
        signal,
        onTrouble,
        phaseDelaysMs,
      });
      if (!isCurrent) throw new Superseded("This attempt is not the current one any more.");
    },
    ...playback(ticket, channels, onTrouble),
    advance: (share, speed) => {
      const done = Math.min(Math.max(share, 0), 1);
      reached = Math.max(reached, startOf(phase) + done * (ENDS[phase] - startOf(phase)));
      write(
        speed ?? null,
        phase === "encoding" ? etaSeconds(reached, startOf(phase), now() - phaseStartedAt) : null,
      );
    },
  };
}

function playback(
  ticket: TaskTicket,
  channels: Channels,
  onTrouble: ReporterOptions["onTrouble"],
): Pick<Reporter, "playable" | "playedBy"> {
  return {
    playable: async (hlsKey) => {
      await channels.makePlayable({ ...ticket, hlsKey });
    },
    playedBy: async () => {
      try {
        return await channels.playedBy(ticket);
      } catch (error) {
        onTrouble(error, "whether the video can be played already is not known");
        return null;
      }
    },
  };
}

function startOf(phase: WorkPhase): number {
  const before = ORDER[ORDER.indexOf(phase) - 1];
  return before ? ENDS[before] : 0;
}

/** What is left, at the pace that the phase has had so far. */
function etaSeconds(reached: number, start: number, elapsedMs: number): number | null {
  const pace = (reached - start) / (elapsedMs / 1000);
  return pace > 0 ? Math.round((1 - reached) / pace) : null;
}

/** After a minute without the database the work goes on: publishing asks again whether the attempt is the current one. */
async function patiently(
  enter: () => Promise<boolean>,
  {
    signal,
    onTrouble,
    phaseDelaysMs,
  }: Required<Pick<ReporterOptions, "signal" | "onTrouble" | "phaseDelaysMs">>,
): Promise<boolean> {
  try {
    return await retry(enter, { delaysMs: phaseDelaysMs, isRetryable: () => true, signal });
  } catch (error) {
    signal.throwIfAborted();
    onTrouble(error, "the phase was not recorded; the work goes on");
    return true;
  }
}
