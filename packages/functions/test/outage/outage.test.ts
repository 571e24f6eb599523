import { postgres, redis } from "../services.ts";
import { afterEach, expect, test } from "vitest";
import { sourceKey } from "@telecine/core/storage/keys";
import { handler as uploaded } from "../../src/event/source-uploaded.ts";
import { handler as inspect } from "../../src/workflow/inspect.ts";
import { withPatience } from "@telecine/core/database/patience";
import { HealthJson, ProblemJson } from "../../src/api/schema.ts";
import { fakeBucket, fakeWorkflow } from "../../../core/test/support/aws.ts";
import { send } from "../client.ts";

let postgresIsDown = false;
let redisIsDown = false;

async function stopPostgres(): Promise<void> {
  await postgres.stop("immediate");
  postgresIsDown = true;
}
async function startPostgres(): Promise<void> {
  await postgres.start();
  postgresIsDown = false;
}

afterEach(async () => {
  postgres.thaw();
  redis.thaw();
  if (postgresIsDown) await startPostgres();
  if (redisIsDown) await redis.start();
  redisIsDown = false;
});

async function timed<Result>(work: Promise<Result>): Promise<[Result, number]> {
  const start = performance.now();
  return [await work, (performance.now() - start) / 1000];
}

async function newVideo(): Promise<string> {
  fakeBucket();
  fakeWorkflow();
  const { status, body } = await send("POST", "/videos", { body: { title: "here before" } });
  expect(status).toBe(201);
  return String(body.id);
}

const requests = (id: string) =>
  [
    ["GET", "/videos"],
    ["GET", `/videos/${id}`],
    ["GET", "/metadata"],
    ["POST", "/videos"],
    ["POST", `/videos/${id}/cancel`],
    ["DELETE", `/videos/${id}`],
  ] as const;

test("without PostgreSQL every route answers 503 in time, and all is well when it is back", async () => {
  const id = await newVideo();
  await stopPostgres();
  const answers = await Promise.all(requests(id).map(([method, path]) => timed(send(method, path))));
  for (const [index, [{ status, headers, body }, seconds]] of answers.entries()) {
    const [method, path] = requests(id)[index] ?? [];
    expect([method, path, status]).toEqual([method, path, 503]);
    expect(ProblemJson.parse(body)).toMatchObject({
      code: "database_unavailable",
      title: "Service Unavailable",
    });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(6.5);
  }
  const [health, seconds] = await timed(send("GET", "/health"));
  expect([health.status, health.headers.get("content-type")]).toEqual([503, "application/json"]);
  expect(HealthJson.parse(health.body)).toMatchObject({
    status: "down",
    checks: { cache: { status: "ok" } },
  });
  expect(seconds).toBeLessThan(2);

  await startPostgres();
  const [back, secondsBack] = await timed(send("GET", `/videos/${id}`));
  expect(back).toMatchObject({ status: 200, body: { title: "here before" } });
  expect(secondsBack).toBeLessThan(5);
  expect(await send("GET", "/health")).toMatchObject({ status: 200, body: { status: "ok" } });
});

test("requests that are under way when PostgreSQL dies and comes back are answered, not lost", async () => {
  const id = await newVideo();
  const underWay = Promise.all(
    Array.from({ length: 20 }, (_, n) => send("POST", "/videos", { body: { title: `${n}` } })),
  );
  await stopPostgres();
  await startPostgres();
  for (const { status } of await underWay) expect([201, 503]).toContain(status);
  expect(await send("GET", `/videos/${id}`)).toMatchObject({ status: 200 });
});

test("a PostgreSQL that is frozen is 503 in time, too", async () => {
  const id = await newVideo();
  postgres.freeze();
  const [{ status }, seconds] = await timed(send("GET", "/videos"));
  expect(status).toBe(503);
  expect(seconds).toBeLessThan(6.5);
  const [health, healthSeconds] = await timed(send("GET", "/health"));
  expect(health.status).toBe(503);
  expect(healthSeconds).toBeLessThan(2);
  postgres.thaw();
  expect(await send("GET", `/videos/${id}`)).toMatchObject({ status: 200 });
});

test.each(["dead", "frozen"])(
  "with a Redis that is %s every answer is right, and none takes two seconds",
  async (state) => {
    const id = await newVideo();
    await send("GET", `/videos/${id}`);
    if (state === "dead") {
      await redis.kill();
      redisIsDown = true;
    } else {
      redis.freeze();
    }
    const ok = async (method: string, path: string, expected: number) => {
      const [{ status, body }, seconds] = await timed(send(method, path));
      expect([path, status]).toEqual([path, expected]);
      expect(seconds).toBeLessThan(2);
      return body;
    };
    expect(await ok("GET", `/videos/${id}`, 200)).toMatchObject({ status: "waiting" });
    expect(await ok("POST", `/videos/${id}/cancel`, 200)).toMatchObject({ status: "canceled" });
    expect(await ok("GET", `/videos/${id}`, 200)).toMatchObject({ status: "canceled" });
    await ok("GET", "/videos", 200);
    await ok("GET", `/metadata/${id}`, 200);
    expect(await ok("GET", "/health", 200)).toMatchObject({
      ...{ status: "degraded", checks: { database: { status: "ok" }, cache: { status: "down" } } },
    });
  },
);

test("an upload that is announced while PostgreSQL restarts is taken when it is back", async () => {
  const id = await newVideo();
  const workflow = fakeWorkflow();
  await stopPostgres();
  const object = { key: sourceKey(id), size: 5, eTag: "e", sequencer: "1" };
  const delivery = uploaded({ Records: [{ eventName: "ObjectCreated:Put", s3: { object } }] });
  await startPostgres();
  await delivery;
  expect([...workflow.executions.keys()]).toEqual([`${id}-1`]);
});

test("a step that meets no database asks to be tried again", async () => {
  const id = await newVideo();
  await stopPostgres();
  // The step's own patience is longer than a test's.
  const failing = withPatience(1, () => inspect({ videoId: id, attempt: 1 }));
  await expect(failing).rejects.toMatchObject({ name: "Unavailable" });
});
