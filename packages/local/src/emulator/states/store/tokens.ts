import type { Json } from "../json.ts";
import type { Database } from "./database.ts";

/** What SendTaskSuccess or SendTaskFailure said. */
export type Answer =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly error?: string; readonly cause?: string };

export interface Token {
  readonly executionId: number;
  readonly state: "OPEN" | "ANSWERED" | "CLOSED";
  readonly answer: Answer | undefined;
  /** When it was made, or last heard of. */
  readonly heartbeatAt: number;
}

export interface Tokens {
  open(token: string, executionId: number, at: number): void;
  get(token: string): Token | undefined;
  answer(token: string, answer: Answer): void;
  beat(token: string, at: number): void;
  close(token: string): void;
  closeAll(executionId: number): void;
}

interface Row extends Omit<Token, "answer"> {
  readonly outcome: string | null;
}

export function tokensIn(db: Database): Tokens {
  const sql =
    "select execution_id as executionId, state, outcome, heartbeat_at as heartbeatAt from tokens where token = ?";
  return {
    open: (token, executionId, at) => {
      db.run(
        "insert into tokens (token, execution_id, state, heartbeat_at) values (?, ?, 'OPEN', ?)",
        token,
        executionId,
        at,
      );
    },
    get: (token) => {
      const row = db.get(sql, token) as Row | undefined;
      if (!row) return undefined;
      const { outcome, ...rest } = row;
      return { ...rest, answer: outcome === null ? undefined : (JSON.parse(outcome) as Answer) };
    },
    answer: (token, answer) => {
      db.run(
        "update tokens set state = 'ANSWERED', outcome = ? where token = ? and state = 'OPEN'",
        JSON.stringify(answer),
        token,
      );
    },
    beat: (token, at) => {
      db.run("update tokens set heartbeat_at = ? where token = ? and state = 'OPEN'", at, token);
    },
    close: (token) => {
      db.run("update tokens set state = 'CLOSED', outcome = null where token = ?", token);
    },
    closeAll: (executionId) => {
      db.run("update tokens set state = 'CLOSED', outcome = null where execution_id = ?", executionId);
    },
  };
}
