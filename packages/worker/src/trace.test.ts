import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readTrace, traced, type Traced } from "./trace.ts";

const HEADER = "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1;Lineage=1:a:0";
const TRACE = { traceId: "1-67891233-abcdef012345678912345678", parentId: "463ac35c9f6413ad" };

type Document = Readonly<Record<string, unknown>>;

let server: Server;
let stored: Document[];
/** What the service answers; undefined: nothing, ever. */
let answer: { status: number; body: object } | undefined;

beforeEach(async () => {
  stored = [];
  answer = { status: 200, body: {} };
  server = createServer((request, response) => {
    void (async () => {
      const text = Buffer.concat(await request.toArray()).toString();
      const { TraceSegmentDocuments } = JSON.parse(text) as { TraceSegmentDocuments: string[] };
      expect([request.method, request.url]).toEqual(["POST", "/TraceSegments"]);
      stored.push(...TraceSegmentDocuments.map((document) => JSON.parse(document) as Document));
      if (answer)
        response
          .writeHead(answer.status, { "content-type": "application/json" })
          .end(JSON.stringify(answer.body));
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  point(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function point(url: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL_XRAY", url);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
}

const trouble: unknown[] = [];
const work: Traced = {
  name: "worker",
  annotations: { videoId: "vid_1", attempt: 2 },
  isFault: (error) => error instanceof TypeError,
  onTrouble: (error) => void trouble.push(error),
};

/** A new client for each test: it keeps the address that it first read. */
async function fresh(): Promise<typeof traced> {
  vi.resetModules();
  trouble.length = 0;
  return (await import("./trace.ts")).traced;
}

it("a header says which trace and segment the work belongs to", () => {
  expect(readTrace(HEADER)).toEqual(TRACE);
  expect(readTrace("Sampled=1;Parent=463ac35c9f6413ad;Root=1-67891233-abcdef012345678912345678")).toEqual(
    TRACE,
  );
});

it.each([
  undefined,
  "",
  "null",
  HEADER.replace("Sampled=1", "Sampled=0"),
  HEADER.replace("Root=1-", "Root=2-"),
  HEADER.replace("Parent=463ac35c9f6413ad;", ""),
])("%s is no trace that anybody keeps", (header) => {
  expect(readTrace(header)).toBeUndefined();
});

it("work without a trace asks X-Ray for nothing", async () => {
  expect(await traced(undefined, work, () => Promise.resolve(5))).toBe(5);
  expect(stored).toEqual([]);
});

it("work is one segment below its parent: announced when it begins, whole when it ends", async () => {
  const run = await fresh();
  const before = Date.now() / 1000;
  await run(TRACE, work, async () => {
    await vi.waitFor(() => {
      expect(stored).toHaveLength(1);
    });
  });
  const shared = {
    ...{ name: "worker", trace_id: TRACE.traceId, parent_id: TRACE.parentId, origin: "AWS::ECS::Fargate" },
    ...{
      id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      annotations: { videoId: "vid_1", attempt: 2 },
    },
  };
  expect(stored).toEqual([
    { ...shared, start_time: expect.any(Number) as number, in_progress: true },
    { ...shared, start_time: stored[0]?.start_time, end_time: expect.any(Number) as number },
  ]);
  expect(stored[1]?.id).toBe(stored[0]?.id);
  expect(stored[0]?.start_time).toBeGreaterThanOrEqual(before);
  expect(stored[1]?.end_time).toBeGreaterThanOrEqual(Number(stored[0]?.start_time));
});

it("a failure is a fault of the segment, without its message; being stopped is none", async () => {
  const run = await fresh();
  const failing = run(TRACE, work, () => Promise.reject(new TypeError("/secret/file.mov")));
  await expect(failing).rejects.toThrow("/secret/file.mov");
  expect(stored[1]).toMatchObject({ fault: true, cause: { exceptions: [{ type: "TypeError" }] } });
  expect(JSON.stringify(stored)).not.toContain("secret");
  await expect(run(TRACE, work, () => Promise.reject(new Error("stopped")))).rejects.toThrow("stopped");
  expect(stored[3]).not.toHaveProperty("fault");
});

it.each([
  ["refuses everything", { status: 400, body: { __type: "InvalidRequestException" } }],
  ["is broken", { status: 500, body: {} }],
  [
    "does not take the document",
    { status: 200, body: { UnprocessedTraceSegments: [{ ErrorCode: "Invalid" }] } },
  ],
])("work gives its result although X-Ray %s", async (_, wrong) => {
  answer = wrong;
  const run = await fresh();
  expect(await run(TRACE, work, () => Promise.resolve("result"))).toBe("result");
  expect(trouble).toHaveLength(2);
});

it("work gives its result although there is no X-Ray", async () => {
  point("http://127.0.0.1:1");
  const run = await fresh();
  expect(await run(TRACE, work, () => Promise.resolve("result"))).toBe("result");
  expect(trouble).toHaveLength(2);
});

it("work waits for an X-Ray that never answers four seconds at the most", async () => {
  answer = undefined;
  const run = await fresh();
  const began = Date.now();
  expect(await run(TRACE, work, () => Promise.resolve("result"))).toBe("result");
  expect(Date.now() - began).toBeLessThan(6000);
  expect(trouble).toHaveLength(2);
}, 10_000);
