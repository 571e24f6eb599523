import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "./telecine.ts";

interface Asked {
  readonly request: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let answers: { status: number; body: string }[];
let asked: Asked[];
let url: string;
let folder: string;

beforeEach(async () => {
  asked = [];
  folder = mkdtempSync(join(tmpdir(), "client-"));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      asked.push({ request: `${method} ${path}`, headers, body: Buffer.concat(chunks).toString() });
      const { status, body } = answers.shift() ?? { status: 500, body: "" };
      response.writeHead(status, { etag: '"e"' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const client = (signal = new AbortController().signal) => createClient(url, signal);
const answer = (status: number, body: unknown) => ({
  status,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const VIDEO = {
  ...{ id: "vid_1", status: "waiting", phase: "uploading", progress: null, speed: null, etaSeconds: null },
  ...{ durationSeconds: null, playback: { hls: null, dash: null }, error: null },
};
const AWAY = answer(503, { code: "database_unavailable", title: "Away", detail: "The database is away." });
/** What API Gateway says when a function has died. */
const BAD_GATEWAY = answer(502, { message: "Internal server error" });

describe("the command's view of the API", () => {
  it("asks again while the API or its database is away", async () => {
    answers = [AWAY, BAD_GATEWAY, answer(504, "<html>"), answer(200, VIDEO)];
    expect(await client().video("vid_1")).toEqual(VIDEO);
    expect(asked).toHaveLength(4);
  });

  it("creates one video however often it has to ask, and sends the file again when that fails", async () => {
    const file = join(folder, "a b.mp4");
    writeFileSync(file, "bytes");
    const upload = { method: "PUT", url: `${url}/store`, headers: { "x-a": "1" } };
    answers = [AWAY, answer(201, { ...VIDEO, upload }), answer(503, "SlowDown"), answer(200, "")];
    expect(await client().upload(file, 5)).toMatchObject({ id: "vid_1" });
    expect(asked.map(({ request }) => request)).toEqual([
      "POST /videos",
      "POST /videos",
      "PUT /store",
      "PUT /store",
    ]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({ fileName: "a b.mp4", sizeBytes: 5 });
    const keys = asked.slice(0, 2).map(({ headers }) => headers["idempotency-key"]);
    expect(keys[0]).toMatch(/.{20}/);
    expect(keys[1]).toBe(keys[0]);
    expect(asked[3]?.body).toBe("bytes");
  });

  it("takes a refusal as final, in the API's own words", async () => {
    answers = [answer(400, { code: "size_invalid", title: "Bad", detail: "The size is wrong." })];
    await expect(client().video("vid_1")).rejects.toMatchObject({
      code: "size_invalid",
      message: "The size is wrong.",
      temporary: false,
    });
    expect(asked).toHaveLength(1);
  });

  it("stops asking as soon as it is told to", async () => {
    const controller = new AbortController();
    answers = [];
    const waiting = client(controller.signal).video("vid_1");
    setTimeout(() => {
      controller.abort();
    }, 50);
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});
