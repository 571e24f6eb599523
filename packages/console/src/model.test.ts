import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "./api-error.ts";
import type { Api } from "./api.ts";
import { createModel, type Model } from "./model.ts";
import { testVideo } from "./test-video.ts";
import type { Video } from "./video.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const attention = { isPresent: () => true, onReturn: () => () => undefined, onLeave: () => () => undefined };

/** A model over an API that holds these videos. */
function scene(...videos: Video[]) {
  const store = new Map(videos.map((video) => [video.id, video]));
  const api: Api = {
    list: vi.fn(() => Promise.resolve({ data: [...store.values()], nextCursor: null })),
    read: vi.fn((id: string) => {
      const video = store.get(id);
      return video
        ? Promise.resolve(video)
        : Promise.reject(new ApiError("refused", "gone", { status: 404 }));
    }),
    metadata: vi.fn(() => Promise.resolve({ source: null })),
    create: vi.fn((_input) => {
      const created = testVideo("vid_new", { phase: "uploading" });
      store.set(created.id, created);
      return Promise.resolve({ ...created, upload: { url: "https://bucket.test", headers: {} } });
    }),
    partUrls: vi.fn(() => Promise.resolve(new Map())),
    complete: vi.fn(() => Promise.resolve()),
    cancel: vi.fn((id: string) => {
      store.set(id, testVideo(id, { status: "canceled", phase: "done" }));
      return Promise.resolve();
    }),
    retry: vi.fn(() => Promise.resolve()),
    remove: vi.fn((id: string) => {
      store.delete(id);
      return Promise.resolve();
    }),
  };
  const transport = { put: vi.fn(() => Promise.resolve({ status: 200, etag: null })) };
  const model = createModel({ api, transport, attention });
  return { model, api, store };
}

const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

function statuses(model: Model): Record<string, string> {
  return Object.fromEntries((model.library.value?.videos ?? []).map(({ id, status }) => [id, status]));
}

describe("the list", () => {
  it("says aloud what has become of a video, once", async () => {
    const { model, store } = scene(testVideo("a", { title: "Bunny" }));
    model.watchList();
    await after(0);
    expect(model.announcement.value).toBe("");
    store.set("a", testVideo("a", { title: "Bunny", status: "ready", phase: "done" }));
    await after(1000);
    expect(model.announcement.value).toBe("Bunny: Ready.");
    model.announce("");
    await after(10_000);
    expect(model.announcement.value).toBe("");
  });

  it("does not bring back a deleted video with an answer that is older than the deletion", async () => {
    const { model, api } = scene(testVideo("a"), testVideo("b"));
    model.watchList();
    await after(0);
    const slow = Promise.withResolvers<Awaited<ReturnType<Api["list"]>>>();
    vi.mocked(api.list).mockReturnValueOnce(slow.promise);
    await after(1000);
    await model.remove("a");
    slow.resolve({ data: [testVideo("a"), testVideo("b")], nextCursor: null });
    await after(0);
    expect(Object.keys(statuses(model))).toEqual(["b"]);
  });

  it("shows what a cancel did without waiting for the next look", async () => {
    const { model } = scene(testVideo("a", { status: "processing", phase: "encoding" }));
    model.watchList();
    await after(0);
    await model.cancel("a");
    expect(statuses(model)).toEqual({ a: "canceled" });
  });

  it("keeps following videos that move below the first page", async () => {
    const { model, api, store } = scene(testVideo("c", { status: "ready" }));
    const older = testVideo("a", { status: "processing", phase: "encoding" });
    store.set("a", older);
    const first = { data: [testVideo("c", { status: "ready" })], nextCursor: "after c" };
    vi.mocked(api.list).mockImplementation(({ cursor }) =>
      Promise.resolve(cursor === null ? first : { data: [older], nextCursor: null }),
    );
    model.watchList();
    await after(0);
    await model.loadMore();
    store.set("a", testVideo("a", { status: "ready", phase: "done" }));
    await after(6000);
    expect(statuses(model)).toEqual({ c: "ready", a: "ready" });
  });
});

describe("an outage", () => {
  const down = new ApiError("unreachable", "The API cannot be reached.");

  it("is told when it lasts, keeps what is known, and is over by itself", async () => {
    const { model, api } = scene(testVideo("a"));
    model.watchList();
    await after(0);
    vi.mocked(api.list).mockRejectedValueOnce(down).mockRejectedValueOnce(down);
    await after(1000);
    expect(model.outage.value).toBeNull();
    await after(1000);
    expect(model.outage.value).toBe("The API cannot be reached.");
    expect(statuses(model)).toEqual({ a: "waiting" });
    await after(2000);
    expect(model.outage.value).toBeNull();
    expect(model.announcement.value).toBe("The connection is back.");
  });

  it("is told at once when the API asks for a long wait", async () => {
    const { model, api } = scene(testVideo("a"));
    model.watchList();
    await after(0);
    vi.mocked(api.list).mockRejectedValueOnce(
      new ApiError("unavailable", "Slow down.", { status: 429, retryAfterSeconds: 30 }),
    );
    await after(1000);
    expect(model.outage.value).toBe("Slow down.");
  });

  it("is told at once when there is nothing else to show", async () => {
    const { model, api } = scene();
    vi.mocked(api.list).mockRejectedValueOnce(down);
    model.watchList();
    await after(0);
    expect(model.outage.value).toBe("The API cannot be reached.");
  });
});

describe("one video", () => {
  it("is known at once when the list knows it", async () => {
    const { model } = scene(testVideo("a"));
    const leave = model.watchList();
    await after(0);
    leave();
    expect(model.find("a")?.id).toBe("a");
    expect(model.find("b")).toBeUndefined();
  });

  it("that does not exist is null, and no outage", async () => {
    const { model } = scene();
    model.watchVideo("nowhere");
    await after(0);
    expect(model.find("nowhere")).toBeNull();
    expect(model.outage.value).toBeNull();
  });

  it("changes in the list as well", async () => {
    const { model, store } = scene(testVideo("a"), testVideo("b"));
    const leave = model.watchList();
    await after(0);
    leave();
    store.set("a", testVideo("a", { status: "ready", phase: "done" }));
    model.watchVideo("a");
    await after(0);
    expect(statuses(model)).toEqual({ a: "ready", b: "waiting" });
  });
});

describe("an upload of this tab", () => {
  it("is watched every second from its last byte until the workflow takes it up, and is then forgotten", async () => {
    const { model, api, store } = scene();
    model.watchList();
    await after(0);
    model.uploads.add([new File(["x"], "a.mp4", { type: "video/mp4" })]);
    await after(0);
    expect(model.uploads.uploads.value[0]?.stage).toBe("sent");
    const looks = vi.mocked(api.list).mock.calls.length;
    await after(3000);
    expect(vi.mocked(api.list).mock.calls.length).toBe(looks + 3);
    store.set("vid_new", testVideo("vid_new", { phase: "queued" }));
    await after(1000);
    expect(model.uploads.uploads.value).toEqual([]);
  });
});
