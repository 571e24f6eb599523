import { createServer } from "node:net";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import getPort from "get-port";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  childrenOf,
  interrupt,
  kill,
  launch,
  newDataFolder,
  removeFolder,
  type RunningApp,
  start,
} from "./support/app.ts";
import { get, settled, uploadFile, type Video } from "./support/client.ts";
import { testClip } from "./support/media.ts";
import { onlyOnThisMachine } from "./support/target.ts";
import { until } from "./support/until.ts";

const data = newDataFolder();
const running: RunningApp[] = [];

async function open(args: readonly string[] = []): Promise<RunningApp> {
  const app = await start(data, args);
  running.push(app);
  return app;
}

afterEach(async () => {
  for (const app of running.splice(0)) await interrupt(app).catch(() => undefined);
});
afterAll(() => {
  removeFolder(data);
});

const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");

/** Every process of this machine whose command line or environment names the data folder. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const text =
          readFileSync(`/proc/${pid}/cmdline`, "utf8") + readFileSync(`/proc/${pid}/environ`, "utf8");
        return text.includes(folder)
          ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").slice(0, 120)}`]
          : [];
      } catch {
        return []; // gone meanwhile, or somebody else's
      }
    });
}

describe("the app on one machine", () => {
  onlyOnThisMachine("starts, freezes and kills processes of this machine");

  it("ends within 5 s of Ctrl-C, in the middle of work, and leaves no process", async () => {
    const app = await open([await testClip("long-enough.mp4", "1280x720", "30", 20)]);
    await until("the encoding", () => app.output().includes("long-enough.mp4: encoding"), 60_000);
    const children = childrenOf(app);
    expect(children.length).toBeGreaterThanOrEqual(3);
    const startedAt = Date.now();
    await interrupt(app);
    expect(Date.now() - startedAt).toBeLessThan(5000);
    await until("the end of all children", () => children.every((pid) => !isAlive(pid)), 1000);
    await until("the end of all processes", () => processesOf(data).length === 0, 2000).catch(() => {
      expect(processesOf(data)).toEqual([]);
    });
    running.splice(0);
  });

  it("goes on where it was: what was interrupted becomes ready, what was there is still there, and it starts in seconds", async () => {
    const startedAt = Date.now();
    const app = await open();
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    const { data: videos } = (await get(`${app.url}/videos?limit=100`)).body as { data: Video[] };
    expect(videos.length).toBeGreaterThan(0);
    for (const { id } of videos) expect((await settled(app.url, id)).status).toBe("ready");
  });

  it("survives a power cut at any moment: every video becomes ready or failed, none is stuck, none is published twice", async () => {
    const path = await testClip("cut.mp4", "640x360", "25", 6);
    let ids: string[] = [];
    for (const moment of [0, 700, 2500, 6000]) {
      const app = await open();
      ids = [...ids, await uploadFile(app.url, path), await uploadFile(app.url, path)];
      await new Promise((resolve) => setTimeout(resolve, moment));
      const children = childrenOf(app);
      kill(app);
      running.splice(0);
      await until(
        "the end of what the app had started",
        () => children.every((pid) => !isAlive(pid)),
        10_000,
      );
    }
    const app = await open();
    for (const id of ids)
      expect(await settled(app.url, id), id).toMatchObject({ status: "ready", error: null });
    const told = readFileSync(join(data, messagesFile("CompletionTopic")), "utf8")
      .trim()
      .split("\n");
    for (const id of ids)
      expect(
        told.filter((line) => line.includes(id) && line.includes("video.ready")).length,
        id,
      ).toBeGreaterThanOrEqual(1);
  });

  it("ends when npm alone is killed, and leaves no process", async () => {
    const app = await open();
    process.kill(app.process.pid ?? 0, "SIGKILL");
    running.splice(0);
    await until("the end of all processes", () => processesOf(data).length === 0, 10_000);
  });

  it("answers without Redis, and with 503 and a problem without PostgreSQL, and recovers from both", async () => {
    const app = await open();
    const id = await uploadFile(app.url, await testClip("good.mp4", "320x240", "25", 3));
    await settled(app.url, id);
    const pidOf = (name: string) =>
      Number(/(\d+)/.exec(processesOf(data).find((line) => line.includes(name)) ?? "")?.[1]);
    const redis =
      childrenOf(app).find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("redis-server")) ??
      pidOf("redis-server");

    process.kill(redis, "SIGSTOP"); // frozen: worse than gone, since nothing is refused
    for (let round = 0; round < 5; round++) {
      const startedAt = Date.now();
      expect(await get(`${app.url}/videos/${id}`)).toMatchObject({
        status: 200,
        body: { id, status: "ready" },
      });
      expect(Date.now() - startedAt).toBeLessThan(3000);
    }
    expect(await get(`${app.url}/health`)).toMatchObject({ status: 200, body: { status: "degraded" } });
    process.kill(redis, "SIGKILL");
    expect(await get(`${app.url}/videos/${id}`)).toMatchObject({ status: 200 });
    await until(
      "the return of the cache",
      async () => ((await get(`${app.url}/health`)).body as { status: string }).status === "ok",
      60_000,
    );

    const postgres = Number(
      readFileSync(join(data, "postgres", "DatabaseInstance", "data", "postmaster.pid"), "utf8").split(
        "\n",
      )[0],
    );
    process.kill(postgres, "SIGSTOP");
    const backends = readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid))
      .map(Number)
      .filter((pid) => parentOf(pid) === postgres);
    for (const pid of backends) process.kill(pid, "SIGSTOP");
    const during = await fetch(`${app.url}/metadata?limit=1&q=${Date.now()}`);
    expect(during.status).toBe(503);
    expect(during.headers.get("content-type")).toContain("application/problem+json");
    expect(during.headers.get("retry-after")).toMatch(/^\d+$/);
    for (const pid of [...backends, postgres]) process.kill(pid, "SIGCONT");
    await until(
      "the return of the database",
      async () => (await get(`${app.url}/videos?limit=1`)).status === 200,
      15_000,
    );

    process.kill(postgres, "SIGQUIT");
    await until(
      "the return of the killed database",
      async () => (await fetch(`${app.url}/metadata?limit=1&q=${Date.now()}`)).status === 200,
      30_000,
    );
    expect((await get(`${app.url}/health`)).status).toBe(200);
  });

  it("refuses to run twice on the same data, and says where it runs", async () => {
    const app = await open();
    const second = await launch(data, ["--once"]);
    expect(await second.ended).not.toBe(0);
    expect(second.output()).toContain(`already running at ${app.url}`);
    expect((await get(`${app.url}/health`)).status).toBe(200);
  });

  it("runs beside another one on other data, and refuses a port that is taken", async () => {
    const app = await open();
    const other = newDataFolder();
    const beside = await start(other);
    expect(beside.url).not.toBe(app.url);
    expect((await get(`${beside.url}/videos`)).status).toBe(200);
    await interrupt(beside);
    const port = await getPort();
    const squatter = createServer().listen(port, "127.0.0.1");
    const refused = await launch(other, ["--once"], port);
    expect(await refused.ended).not.toBe(0);
    expect(refused.output()).toMatch(new RegExp(`Port ${port} is taken.*--port`));
    squatter.close();
    removeFolder(other);
  });
});

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

/** The file in which the machine keeps what was published to a topic, below its data folder. */
function messagesFile(topic: string): string {
  const folder = join("sns");
  const name = readdirSync(join(data, folder)).find(
    (file) => file.includes(topic) && file.endsWith(".jsonl"),
  );
  return join(folder, name ?? "");
}
