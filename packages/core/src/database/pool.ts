import type { Connection } from "./connection.ts";

/** `shared`: reads of others may use the connection meanwhile. `exclusive`: nobody else does. */
export type Mode = "shared" | "exclusive";

export interface Pool {
  /** Lends a connection for the time of `work`. After `withinMs` it is taken away, and `work` fails. */
  lend<Result>(
    mode: Mode,
    withinMs: number,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result>;
  /** Ends connections when their work is done. The pool can be used again. */
  close(): Promise<void>;
}

interface Settings {
  readonly size: number;
  readonly open: () => Promise<Connection>;
  readonly idleMs?: number;
  readonly lifetimeMs?: number;
}

interface Lane {
  readonly connection: Connection;
  readonly openedAtMs: number;
  users: number;
  exclusive: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

interface Waiter {
  readonly mode: Mode;
  readonly resolve: (lane: Lane) => void;
  readonly reject: (error: unknown) => void;
}

interface State extends Required<Settings> {
  readonly lanes: Set<Lane>;
  readonly waiting: Waiter[];
  opening: number;
}

/** Took longer than the caller has time for. The code says that the connection is to blame, so it is given up. */
export class DatabaseTimeout extends Error {
  override readonly name = "DatabaseTimeout";
  readonly code = "CONNECTION_TIMEOUT";
}

const IDLE_MS = 20_000;
/** A DNS change or a failover reaches every process within this time, even where no connection breaks. */
const LIFETIME_MS = 300_000;
/** The driver keeps 100 statements under way; those it queues beyond would outlive the loss of their connection. */
const MOST_SHARED = 64;

/** Connections that are opened when asked for, and replaced when lost, old or idle. */
export function createPool(settings: Settings): Pool {
  const state: State = {
    ...{ idleMs: IDLE_MS, lifetimeMs: LIFETIME_MS, ...settings },
    ...{ lanes: new Set(), waiting: [], opening: 0 },
  };
  return {
    async lend(mode, withinMs, work) {
      const deadline = startDeadline(withinMs);
      try {
        const lane = await acquire(state, mode, deadline.passed);
        deadline.passed.catch(() => {
          lane.connection.destroy();
        });
        return await Promise.race([work(lane.connection), deadline.passed]).finally(() => {
          giveBack(state, lane);
        });
      } finally {
        deadline.clear();
      }
    },
    async close() {
      const all = [...state.lanes];
      state.lanes.clear();
      for (const lane of all) clearTimeout(lane.idleTimer);
      await Promise.all(all.map((lane) => lane.connection.close()));
    },
  };
}

function acquire(state: State, mode: Mode, deadline: Promise<never>): Promise<Lane> {
  const { promise, resolve, reject } = Promise.withResolvers<Lane>();
  const waiter = { mode, resolve, reject };
  state.waiting.push(waiter);
  serve(state);
  deadline.catch((error: unknown) => {
    const index = state.waiting.indexOf(waiter);
    if (index >= 0) state.waiting.splice(index, 1);
    reject(error);
  });
  return promise;
}

/** Serves in the order of asking, so that readers cannot starve a transaction; opens what is missing. */
function serve(state: State): void {
  const { waiting, lanes, size } = state;
  for (let next = waiting[0]; next; next = waiting[0]) {
    const lane = pick(state, next.mode);
    if (!lane) break;
    waiting.shift();
    next.resolve(take(lane, next.mode));
  }
  const wanted = Math.min(waiting.length, size - lanes.size) - state.opening;
  for (let n = 0; n < wanted; n += 1) void openLane(state);
}

function pick(state: State, mode: Mode): Lane | undefined {
  for (const lane of state.lanes) if (!isUsable(state, lane)) retire(state, lane);
  return [...state.lanes].find((lane) =>
    mode === "shared" ? !lane.exclusive && lane.users < MOST_SHARED : lane.users === 0,
  );
}

function take(lane: Lane, mode: Mode): Lane {
  clearTimeout(lane.idleTimer);
  lane.users += 1;
  lane.exclusive = mode === "exclusive";
  return lane;
}

function giveBack(state: State, lane: Lane): void {
  lane.users -= 1;
  lane.exclusive = false;
  if (!state.lanes.has(lane) || !isUsable(state, lane)) retire(state, lane);
  else if (lane.users === 0) lane.idleTimer = setTimeout(retire, state.idleMs, state, lane).unref();
  serve(state);
}

async function openLane(state: State): Promise<void> {
  state.opening += 1;
  try {
    const connection = await state.open();
    state.lanes.add({ connection, openedAtMs: Date.now(), users: 0, exclusive: false, idleTimer: undefined });
  } catch (error) {
    // Whoever waits longest learns why; the others make their own attempts.
    state.waiting.shift()?.reject(error);
  } finally {
    state.opening -= 1;
  }
  serve(state);
}

function isUsable({ lifetimeMs }: State, lane: Lane): boolean {
  return !lane.connection.isLost() && Date.now() - lane.openedAtMs < lifetimeMs;
}

/** Takes a connection out of use; it ends when its last user is done. */
function retire(state: State, lane: Lane): void {
  state.lanes.delete(lane);
  clearTimeout(lane.idleTimer);
  if (lane.users > 0) return;
  if (lane.connection.isLost()) lane.connection.destroy();
  else void lane.connection.close();
}

function startDeadline(withinMs: number) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new DatabaseTimeout(`The database did not answer within ${Math.round(withinMs)} ms.`));
  }, withinMs);
  promise.catch(() => undefined); // its users attach later, or not at all
  return {
    passed: promise,
    clear() {
      clearTimeout(timer);
    },
  };
}
