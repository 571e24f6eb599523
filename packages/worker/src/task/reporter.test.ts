import type { PartProgress } from "@telecine/core/progress/progress";
import { expect, it } from "vitest";
import { type Channels, createReporter, type ReporterOptions, type WorkPhase } from "./reporter.ts";

const ticket = { videoId: "vid_01h2xcejqtf2nbrexx3vqjhp41", attempt: 3 };

/** A reporter with a clock that is moved by hand, and all that it told. */
function reporting(channels: Partial<Channels> = {}, share: Partial<ReporterOptions> = {}) {
  const clock = { ms: 0 };
  const phases: WorkPhase[] = [];
  const written: PartProgress[] = [];
  const trouble: string[] = [];
  const controller = new AbortController();
  const reporter = createReporter({
    ticket,
    channels: {
      enterPhase: ({ phase }) => Promise.resolve(phases.push(phase) > 0),
      writeProgress: (_, progress) => Promise.resolve(void written.push(progress)),
      makePlayable: () => Promise.resolve(),
      playedBy: () => Promise.resolve(null),
      ...channels,
    },
    signal: controller.signal,
    now: () => clock.ms,
    onTrouble: (_, message) => trouble.push(message),
    phaseDelaysMs: [0, 0],
    ...share,
  });
  return { reporter, clock, phases, written, trouble, controller };
}

const settled = () => new Promise(setImmediate);

it("progress is written at most once a second, however often it changes", async () => {
  const { reporter, clock, written } = reporting();
  await reporter.enter("encoding");
  for (let frame = 0; frame <= 100; frame += 1) {
    clock.ms += 50;
    reporter.advance(frame / 100);
    await settled();
  }
  // 5.05 s: one when the phase was entered, one for each full second.
  expect(written).toHaveLength(6);
});

it("progress never falls, whatever it is told", async () => {
  const { reporter, clock, written } = reporting();
  for (const [phase, share] of [
    ["downloading", 1],
    ["downloading", 0.5],
    ["encoding", 0.8],
    ["encoding", -1],
    ["probing", 0],
    ["storing", 7],
  ] as const) {
    await reporter.enter(phase);
    clock.ms += 1000;
    reporter.advance(share);
    await settled();
  }
  const values = written.map(({ progress }) => progress);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(values.at(-1)).toBe(0.99); // publishing is the rest
});

it("encoding is most of the whole, and tells its speed and when all will be done", async () => {
  const { reporter, clock, written } = reporting();
  await reporter.enter("encoding");
  clock.ms += 43_000;
  reporter.advance(0.5, 1.2512);
  // Encoding is 0.06 to 0.92 of the whole: half of it is 0.43 in 43 s, so 0.51 are left for 51 s.
  expect(written.at(-1)).toMatchObject({
    attempt: 3,
    phase: "encoding",
    progress: 0.49,
    speed: 1.25,
    etaSeconds: 51,
  });
});

it("outside of encoding there is no speed and no estimate", async () => {
  const { reporter, clock, written } = reporting();
  await reporter.enter("downloading");
  clock.ms += 2_000;
  reporter.advance(0.5);
  expect(written.at(-1)).toMatchObject({ phase: "downloading", speed: null, etaSeconds: null });
});

it("an attempt that is not the current one any more is left", async () => {
  const { reporter } = reporting({ enterPhase: () => Promise.resolve(false) });
  await expect(reporter.enter("encoding")).rejects.toMatchObject({ name: "Superseded" });
});

it("a database that is away for a moment is asked again, and one that stays away does not stop the work", async () => {
  let asked = 0;
  const { reporter, trouble } = reporting({ enterPhase: () => Promise.reject(new Error(`away ${++asked}`)) });
  await reporter.enter("encoding");
  expect(asked).toBe(3);
  expect(trouble).toEqual(["the phase was not recorded; the work goes on"]);
});

it("being asked to stop ends the waiting for the database", async () => {
  const { reporter, controller } = reporting({
    enterPhase: () => {
      controller.abort(new Error("asked to stop"));
      return Promise.reject(new Error("away"));
    },
  });
  await expect(reporter.enter("encoding")).rejects.toThrow("asked to stop");
});

it("a cache that fails or hangs holds nothing up", async () => {
  const hanging = reporting({ writeProgress: () => new Promise(() => undefined) });
  await hanging.reporter.enter("encoding");
  hanging.clock.ms += 5_000;
  hanging.reporter.advance(0.5);

  const failing = reporting({ writeProgress: () => Promise.reject(new Error("down")) });
  await failing.reporter.enter("encoding");
  await settled();
  expect(failing.trouble).toEqual(["progress was not written"]);
});

it("tasks that share a video write once a second all together, and say that it is being encoded", async () => {
  const { reporter, clock, phases, written } = reporting({}, { part: 3, weight: 0.1, parts: 10 });
  for (const phase of ["downloading", "probing", "encoding"] as const) await reporter.enter(phase);
  for (let second = 1; second <= 25; second += 1) {
    clock.ms += 1000;
    reporter.advance(second / 25);
    await settled();
  }
  expect(new Set(phases)).toEqual(new Set(["encoding"]));
  // At 0, 10 and 20 s.
  expect(written.map(({ part, weight, phase }) => ({ part, weight, phase }))).toEqual(
    [1, 2, 3].map(() => ({ part: 3, weight: 0.1, phase: "encoding" })),
  );
});

it("a task that is tried again shows no less than the run before it", async () => {
  const { reporter, written } = reporting({}, { reached: 0.6 });
  await reporter.enter("downloading");
  expect(written.map(({ progress }) => progress)).toEqual([0.6]);
});

it("what a video can be played by is nothing while nobody can tell, and the work goes on", async () => {
  const asked: unknown[] = [];
  const playedBy = (of: unknown) => Promise.resolve(asked.push(of) > 0 ? "outputs/preview.m3u8" : null);
  expect(await reporting({ playedBy }).reporter.playedBy()).toBe("outputs/preview.m3u8");
  expect(asked).toEqual([ticket]);
  const { reporter, trouble } = reporting({ playedBy: () => Promise.reject(new Error("no database")) });
  expect(await reporter.playedBy()).toBeNull();
  expect(trouble).toEqual(["whether the video can be played already is not known"]);
});
