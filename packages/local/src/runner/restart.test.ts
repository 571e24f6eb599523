import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "./log.ts";
import { keepRunning } from "./restart.ts";
import type { Child, Exit } from "./supervisor.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A supervisor whose starts go as told, and whose children end when told. */
function supervise(...starts: readonly ("runs" | "fails")[]) {
  const ends: ((exit: Exit) => void)[] = [];
  const entries: Entry[] = [];
  const stop = vi.fn(async (): Promise<Exit> => ({ code: 0, signal: null }));
  const start = vi.fn(async (): Promise<Child> => {
    const how = starts[start.mock.calls.length - 1] ?? "runs";
    if (how === "fails") throw new Error("EAGAIN");
    const exited = new Promise<Exit>((resolve) => ends.push(resolve));
    return { pid: 1, exited, stop } as unknown as Child;
  });
  const log = Object.assign((entry: Entry) => entries.push(entry), {}) as never;
  return {
    stop,
    machine: { supervisor: { start, close: async () => undefined }, log },
    start,
    ends,
    entries,
  };
}

const ready = async () => undefined;
const options = { name: "server", command: "server", args: [] };

describe("a server that is kept running", () => {
  it("starts again when it ended, each time a little later, also when a start fails", async () => {
    const { machine, start, ends, entries } = supervise("runs", "fails", "fails", "runs");
    await keepRunning(machine, options, ready);
    ends[0]?.({ code: 1, signal: null });
    await vi.advanceTimersByTimeAsync(499);
    expect(start).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(start).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(start).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(2000);
    expect(start).toHaveBeenCalledTimes(4);
    expect(entries.map(({ level }) => level)).toEqual(["warn", "error", "error"]);
  });

  it("stays ended once it was stopped", async () => {
    const { machine, start, ends } = supervise("runs");
    const server = await keepRunning(machine, options, ready);
    ends[0]?.({ code: 1, signal: null });
    await vi.advanceTimersByTimeAsync(100);
    await server.stop(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it("leaves nothing running when it does not become ready", async () => {
    const { machine, start, stop, ends } = supervise("runs");
    const never = async () => {
      throw new Error("not ready");
    };
    await expect(keepRunning(machine, options, never)).rejects.toThrow("not ready");
    expect(stop).toHaveBeenCalledTimes(1);
    ends[0]?.({ code: 0, signal: null });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it("does not begin with a start that fails", async () => {
    await expect(keepRunning(supervise("fails").machine, options, ready)).rejects.toThrow("EAGAIN");
  });
});
