import { describe, expect, it, vi } from "vitest";
import { ApiError, retryAfter } from "./api-error.ts";
import { createApi } from "./api.ts";
import { testVideo } from "./test-video.ts";

function answering(body: unknown, init: ResponseInit = {}) {
  const headers = {
    "content-type": "application/json",
    ...(init.headers as Record<string, string> | undefined),
  };
  const fetch = vi.fn((_path: string, _init: RequestInit) =>
    Promise.resolve(
      new Response(typeof body === "string" ? body : JSON.stringify(body), { ...init, headers }),
    ),
  );
  return { api: createApi(fetch), fetch };
}

async function failureOf(request: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await request.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error("Expected an ApiError.", { cause: error });
}

describe("requests", () => {
  it("ask the origin of the page, with the cursor as it was given", async () => {
    const { api, fetch } = answering({ data: [], nextCursor: null });
    await api.list({ limit: 24, cursor: "a+b/c=" });
    expect(fetch.mock.calls[0]?.[0]).toBe("/videos?limit=24&cursor=a%2Bb%2Fc%3D");
  });

  it("cannot leave their path through an id", async () => {
    const { api, fetch } = answering(testVideo("a"));
    await api.read("../health?x");
    expect(fetch.mock.calls[0]?.[0]).toBe("/videos/..%2Fhealth%3Fx");
  });

  it("create a video under a key that makes a repetition harmless", async () => {
    const upload = { method: "PUT", url: "https://bucket.test/a", headers: { "content-type": "video/mp4" } };
    const { api, fetch } = answering({ ...testVideo("a"), upload }, { status: 201 });
    const created = await api.create({
      fileName: "a.mp4",
      sizeBytes: 5,
      contentType: "video/mp4",
      idempotencyKey: "k",
    });
    const [, init] = fetch.mock.calls[0] ?? [];
    expect(init?.headers).toMatchObject({ "idempotency-key": "k" });
    expect(init?.body).toBe('{"fileName":"a.mp4","sizeBytes":5,"contentType":"video/mp4"}');
    expect(created.upload).toMatchObject({ url: "https://bucket.test/a" });
  });

  it("complete an upload on the page's own origin, whatever name the API knows it by", async () => {
    const { api, fetch } = answering("", { status: 200 });
    await api.complete("http://localhost:3000/videos/a/upload/complete", [{ partNumber: 1, etag: "e" }]);
    expect(fetch.mock.calls[0]?.[0]).toBe("/videos/a/upload/complete");
  });
});

describe("answers", () => {
  it("may hold fields that this page does not know, and phases that were added later", async () => {
    const { api } = answering({ ...testVideo("a"), phase: "polishing", added: 1 });
    expect((await api.read("a")).phase).toBe("polishing");
  });

  it("that are no JSON are unreadable, such as a proxy's page", async () => {
    const { api } = answering("<html>", { headers: { "content-type": "text/html" } });
    expect((await failureOf(api.read("a"))).kind).toBe("unreadable");
  });

  it("of another shape say where", async () => {
    const { api } = answering({ data: [{ ...testVideo("a"), title: 7 }], nextCursor: null });
    const error = await failureOf(api.list({ limit: 1, cursor: null }));
    expect(error.kind).toBe("unreadable");
    expect((error.cause as Error).message).toContain("data[0].title");
  });
});

describe("failures", () => {
  it("carry the problem's code and the sentence that was written for people", async () => {
    const problem = {
      title: "Conflict",
      detail: "A video that is ready cannot be canceled.",
      code: "video_not_cancelable",
    };
    const { api } = answering(problem, {
      status: 409,
      headers: { "content-type": "application/problem+json" },
    });
    const error = await failureOf(api.cancel("a"));
    expect(error).toMatchObject({
      kind: "refused",
      status: 409,
      code: "video_not_cancelable",
      message: problem.detail,
    });
  });

  it.each([
    [429, "unavailable"],
    [503, "unavailable"],
    [502, "unavailable"],
    [404, "refused"],
  ])("with status %d are %s, even without a document", async (status, kind) => {
    const { api } = answering("gateway", {
      status,
      headers: { "content-type": "text/html", "retry-after": "7" },
    });
    expect(await failureOf(api.read("a"))).toMatchObject({ kind, status, retryAfterSeconds: 7 });
  });

  it("without an answer are unreachable", async () => {
    const cause = new TypeError("Failed to fetch");
    const api = createApi(() => Promise.reject(cause));
    expect(await failureOf(api.read("a"))).toMatchObject({ kind: "unreachable", cause });
  });

  it("that the caller asked for stay what they are", async () => {
    const leaving = new AbortController();
    leaving.abort();
    const api = createApi(() => Promise.reject(new DOMException("gone", "AbortError")));
    await expect(api.read("a", leaving.signal)).rejects.toMatchObject({ name: "AbortError" });
  });
});

it("reads Retry-After as seconds or as a date, and nothing else", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  expect(retryAfter("12", now)).toBe(12);
  expect(retryAfter("Tue, 24 Nov 2026 12:00:30 GMT", now)).toBe(30);
  expect(retryAfter("Tue, 24 Nov 2026 11:00:00 GMT", now)).toBe(0);
  expect([retryAfter("soon", now), retryAfter("", now), retryAfter(null, now)]).toEqual([null, null, null]);
});
