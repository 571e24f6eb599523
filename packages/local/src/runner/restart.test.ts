import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "./log.ts";
import { type Ports, PortTakenError } from "./ports.ts";
import { type FirstStart, keepRunning } from "./restart.ts";
import type { Child, Exit } from "./supervisor.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A supervisor whose starts go as told, whose children end when told, and a port of which everything is written down. */
function supervise(...starts: readonly ("runs" | "fails")[]) {
  const port: string[] = [];
  const lost = { to: undefined as PortTakenError | undefined };
  const ports = {
    release: async () => void port.push("released"),
    hold: async () => {
      if (lost.to) throw lost.to;
      port.push("held");
    },
  } as unknown as Ports;
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
    port,
    lost,
    machine: { supervisor: { start, close: async () => undefined }, log, ports },
    start,
    ends,
    entries,
  };
}

const ready = async () => undefined;
const options = { name: "server", command: "server", args: [], port: 6379 };

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

  it("has its port held for it whenever it does not run, and lets go of it in the end", async () => {
    const { machine, port, ends } = supervise("runs", "fails", "runs");
    const server = await keepRunning(machine, options, ready);
    expect(port).toEqual(["released"]);
    ends[0]?.({ code: 1, signal: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(port).toEqual(["released", "held"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(port).toEqual(["released", "held", "released", "held"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(port.at(-1)).toBe("released");
    ends[1]?.({ code: 1, signal: null });
    await server.stop(1);
    expect(port.at(-1)).toBe("released");
  });

  it("says which port another program has taken while it was away, and tries on", async () => {
    const { machine, lost, start, ends, entries } = supervise("runs", "runs");
    await keepRunning(machine, options, ready);
    lost.to = new PortTakenError(6379, "Start again.");
    ends[0]?.({ code: null, signal: "SIGKILL" });
    await vi.advanceTimersByTimeAsync(500);
    expect(entries.map(({ message }) => message)).toEqual([
      "server ended (SIGKILL); it starts again in 0.5 s. Port 6379 is taken by another program. Start again.",
    ]);
    expect(start).toHaveBeenCalledTimes(2);
  });

  it("ends its first start at once, with the name of the port, when that is another program's", async () => {
    const { machine, lost, start, ends } = supervise("runs");
    const waiting = ({ signal }: FirstStart) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });
    const started = keepRunning(machine, options, waiting);
    const refused = expect(started).rejects.toThrow("Port 6379 is taken by another program. Start again.");
    await vi.advanceTimersByTimeAsync(0);
    lost.to = new PortTakenError(6379, "Start again.");
    ends[0]?.({ code: 1, signal: null });
    await refused;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(start).toHaveBeenCalledTimes(1);
  });
});
