import { randomBytes } from "node:crypto";
import type { Clock } from "../../aws/clock.ts";
import type { Answer, Tokens } from "./store/tokens.ts";
import { sleepUntil } from "./time.ts";

interface Waiting {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly heartbeatMs: number | undefined;
  readonly signal: AbortSignal;
}

/** Where a Task waits for its token, and SendTaskSuccess and the like bring the answer. */
export interface TokenDesk {
  /** The answer, which may have come while nobody waited; or which of the two times ran out. */
  wait(token: string, waiting: Waiting): Promise<Answer | "timeout" | "heartbeat">;
  answer(token: string, answer: Answer): void;
  beat(token: string): void;
}

export const newToken = () => randomBytes(48).toString("base64url");

export function createTokenDesk(tokens: Tokens, clock: Clock): TokenDesk {
  const waiting = new Map<string, () => void>();

  /** Until something happens to the token, or the instant. */
  const news = async (token: string, until: number, signal: AbortSignal) => {
    const woken = new AbortController();
    waiting.set(token, () => {
      woken.abort();
    });
    try {
      await sleepUntil(clock, until, AbortSignal.any([signal, woken.signal]));
    } catch (error) {
      if (signal.aborted || !woken.signal.aborted) throw error;
    } finally {
      waiting.delete(token);
    }
  };

  return {
    wait: async (token, { deadline, heartbeatMs, signal }) => {
      for (;;) {
        const row = tokens.get(token);
        if (row?.answer) return row.answer;
        const missed = heartbeatMs === undefined ? Infinity : (row?.heartbeatAt ?? 0) + heartbeatMs;
        const until = Math.min(deadline, missed);
        if (clock.now() >= until) return deadline <= missed ? "timeout" : "heartbeat";
        await news(token, until, signal);
      }
    },
    answer: (token, answer) => {
      tokens.answer(token, answer);
      waiting.get(token)?.();
    },
    beat: (token) => {
      tokens.beat(token, clock.now());
      waiting.get(token)?.();
    },
  };
}
