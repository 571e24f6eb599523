import "./support/services.ts";
import { expect, test } from "vitest";
import { useTransaction } from "../src/database/transaction.ts";
import { TRANSITIONS, STATUSES, type Status } from "../src/video/status.ts";
import { change } from "../src/video/lock.ts";
import { rows } from "./support/rows.ts";
import { waitingVideo } from "./support/video.ts";

/** What the row's other rules ask for beside the status. */
const beside = (status: Status) => ({
  errorCode: status === "failed" ? ("processing_failed" as const) : null,
  readyAt: status === "ready" ? new Date() : null,
});
const to = (id: string, status: Status) => useTransaction(() => change(id, { status, ...beside(status) }));

/** The shortest way from `waiting` to each status. */
const WAYS: Record<Status, readonly Status[]> = {
  waiting: [],
  processing: ["processing"],
  playable: ["processing", "playable"],
  ready: ["processing", "ready"],
  failed: ["failed"],
  canceled: ["canceled"],
};

test("the transitions in SQL are those in code", async () => {
  const inSql = await rows("select from_status || ' → ' || to_status as step from video_status_transitions");
  const inCode = Object.entries(TRANSITIONS).flatMap(([from, all]) => all.map((next) => `${from} → ${next}`));
  expect(inSql.map(({ step }) => step).sort()).toEqual(inCode.sort());
});

const changes = STATUSES.flatMap((from) =>
  STATUSES.filter((next) => next !== from).map((next) => ({ from, next })),
);

test.each(changes)("$from → $next happens only where the table has it", async ({ from, next }) => {
  const id = await waitingVideo();
  for (const step of WAYS[from]) await to(id, step);
  const attempt = to(id, next);
  if (TRANSITIONS[from].includes(next)) await expect(attempt).resolves.toMatchObject({ status: next });
  else await expect(attempt).rejects.toMatchObject({ kind: "conflict", code: "video_status_conflict" });
});

test("a video cannot begin as ready", async () => {
  const insert =
    "insert into videos (id, title, source_key, status, ready_at) values ('x', 'x', 'x', 'ready', now())";
  await expect(rows(insert)).rejects.toMatchObject({
    code: "23514",
    constraint_name: "video_status_transition",
  });
});

test("each change of a video raises its version by one and moves its time", async () => {
  const id = await waitingVideo();
  const [before] = await rows("select version, updated_at from videos where id = $1", [id]);
  const row = await useTransaction(() => change(id, { title: "another" }));
  expect(row.version).toBe(Number(before?.version) + 1);
  expect(row.updatedAt.getTime()).toBeGreaterThanOrEqual((before?.updated_at as Date).getTime());
});

test.each(["update events set type = 'x'", "delete from events"])(
  "the journal refuses: %s",
  async (statement) => {
    await waitingVideo();
    await expect(rows(statement)).rejects.toMatchObject({ constraint_name: "append_only" });
  },
);
