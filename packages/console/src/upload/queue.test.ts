import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../api-error.ts";
import type { UploadedPart } from "../api.ts";
import { testVideo } from "../test-video.ts";
import type { UploadTarget } from "../video.ts";
import { createUploadQueue, type UploadQueue } from "./queue.ts";
import { ConnectionLostError, type PutAnswer, type PutRequest } from "./transport.ts";
import type { Upload, UploadStage } from "./upload.ts";

interface Put extends PutRequest {
  readonly answer: (answer: Partial<PutAnswer>) => void;
  readonly lose: () => void;
}

/** A queue whose API answers at once, and whose storage answers when the test says so. */
function scene(
  target: UploadTarget = { url: "https://bucket.test/whole", headers: { "content-type": "video/mp4" } },
) {
  const puts: Put[] = [];
  const waits: number[] = [];
  let created = 0;
  const api = {
    create: vi.fn(() => {
      created += 1;
      return Promise.resolve({ ...testVideo(`vid_${created}`, { phase: "uploading" }), upload: target });
    }),
    partUrls: vi.fn((_id: string, numbers: readonly number[]) =>
      Promise.resolve(new Map(numbers.map((number) => [number, `https://bucket.test/fresh/${number}`]))),
    ),
    complete: vi.fn((_url: string, _parts: readonly UploadedPart[]) => Promise.resolve()),
    remove: vi.fn(() => Promise.resolve()),
  };
  const put = (request: PutRequest) =>
    new Promise<PutAnswer>((resolve, reject) => {
      request.signal.addEventListener("abort", () => {
        reject(request.signal.reason as Error);
      });
      const answer = (given: Partial<PutAnswer>) => {
        resolve({ status: 200, etag: '"etag"', ...given });
      };
      puts.push({
        ...request,
        answer,
        lose: () => {
          reject(new ConnectionLostError("lost"));
        },
      });
    });
  const told = { onCreated: vi.fn(), onSent: vi.fn(), onRemoved: vi.fn() };
  const wait = (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  const queue = createUploadQueue({ api, transport: { put }, ...told, wait });
  return { queue, api, puts, waits, told };
}

function file(name: string, content = "0123456789", type = "video/mp4"): File {
  return new File([content], name, { type });
}

function stages({ uploads }: UploadQueue): UploadStage[] {
  return uploads.value.map(({ stage }) => stage);
}

function only({ uploads }: UploadQueue): Upload {
  const [upload] = uploads.value;
  if (!upload) throw new Error("Expected an upload.");
  return upload;
}

/** Lets everything that is ready to happen happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a file in one request", () => {
  it("is announced, sent to the URL with the headers that were signed, and then over", async () => {
    const { queue, api, puts, told } = scene();
    queue.add([file("a.mp4")]);
    await settle();
    expect(api.create).toHaveBeenCalledWith(
      expect.objectContaining({ fileName: "a.mp4", sizeBytes: 10, contentType: "video/mp4" }),
    );
    expect(puts[0]).toMatchObject({
      url: "https://bucket.test/whole",
      headers: { "content-type": "video/mp4" },
    });
    expect(told.onCreated).toHaveBeenCalledOnce();
    puts[0]?.onProgress(4);
    expect(only(queue)).toMatchObject({ stage: "sending", videoId: "vid_1", sentBytes: 4 });
    puts[0]?.answer({});
    await settle();
    expect(only(queue)).toMatchObject({ stage: "sent", sentBytes: 10 });
    expect(told.onSent).toHaveBeenCalledWith("vid_1");
  });

  it("of a type that no browser knows is sent as bytes", async () => {
    const { queue, api } = scene();
    queue.add([file("a.mkv", "x", "")]);
    await settle();
    expect(api.create).toHaveBeenCalledWith(
      expect.objectContaining({ contentType: "application/octet-stream" }),
    );
  });

  it("is sent again when the connection is lost or the storage is at fault, with longer and longer pauses", async () => {
    const { queue, puts, waits } = scene();
    queue.add([file("a.mp4")]);
    await settle();
    puts[0]?.lose();
    await settle();
    puts[1]?.answer({ status: 503 });
    await settle();
    puts[2]?.answer({});
    await settle();
    expect(stages(queue)).toEqual(["sent"]);
    expect(waits).toEqual([1000, 2000]);
  });

  it("fails with a sentence when the storage refuses it, and asks for a new URL when it is tried again", async () => {
    const { queue, api, puts } = scene();
    queue.add([file("a.mp4")]);
    await settle();
    puts[0]?.answer({ status: 403 });
    await settle();
    expect(only(queue)).toMatchObject({ stage: "failed" });
    expect(only(queue).error).toContain("expired");
    queue.retry(only(queue).key);
    await settle();
    const keys = api.create.mock.calls.map(
      (call: unknown[]) => (call[0] as { idempotencyKey: string }).idempotencyKey,
    );
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    puts[1]?.answer({});
    await settle();
    expect(only(queue)).toMatchObject({ stage: "sent", error: null });
  });
});

describe("a file in parts", () => {
  const target = {
    partSizeBytes: 3,
    parts: [{ partNumber: 1, url: "https://bucket.test/first/1" }],
    completeUrl: "https://app.test/videos/vid_1/upload/complete",
  };

  it("is cut exactly, asks for the URLs it was not given, and is put together in order", async () => {
    const { queue, api, puts } = scene(target);
    queue.add([file("a.mp4", "0123456789")]);
    await settle();
    expect(puts).toHaveLength(3);
    for (const partNumber of [3, 2, 1]) {
      puts[partNumber - 1]?.answer({ etag: `"${partNumber}"` });
      await settle();
    }
    puts[3]?.answer({ etag: '"4"' });
    await settle();
    expect(await Promise.all(puts.map(({ body }) => body.text()))).toEqual(["012", "345", "678", "9"]);
    expect(puts.map(({ url }) => url)).toEqual([
      "https://bucket.test/first/1",
      "https://bucket.test/fresh/2",
      "https://bucket.test/fresh/3",
      "https://bucket.test/fresh/4",
    ]);
    expect(api.complete).toHaveBeenCalledExactlyOnceWith(
      target.completeUrl,
      [1, 2, 3, 4].map((partNumber) => ({ partNumber, etag: `"${partNumber}"` })),
    );
    expect(stages(queue)).toEqual(["sent"]);
  });

  it("adds up the progress of its parts", async () => {
    const { queue, puts } = scene(target);
    queue.add([file("a.mp4", "0123456789")]);
    await settle();
    puts[0]?.onProgress(2);
    puts[1]?.onProgress(3);
    puts[0]?.onProgress(1);
    expect(only(queue).sentBytes).toBe(4);
  });

  it("gets a fresh URL for a part whose URL has expired", async () => {
    const { queue, puts } = scene({ ...target, partSizeBytes: 100 });
    queue.add([file("a.mp4")]);
    await settle();
    puts[0]?.answer({ status: 403 });
    await settle();
    expect(puts[1]?.url).toBe("https://bucket.test/fresh/1");
    puts[1]?.answer({});
    await settle();
    expect(stages(queue)).toEqual(["sent"]);
  });

  it("sends only what is missing when it is tried again", async () => {
    const { queue, api, puts } = scene({ ...target, partSizeBytes: 5 });
    queue.add([file("a.mp4")]);
    await settle();
    puts[0]?.answer({ etag: '"1"' });
    puts[1]?.answer({ status: 400 });
    await settle();
    expect(only(queue)).toMatchObject({
      stage: "failed",
      error: expect.stringContaining("part 2") as string,
    });
    queue.retry(only(queue).key);
    await settle();
    expect(puts).toHaveLength(3);
    expect(await puts[2]?.body.text()).toBe("56789");
    puts[2]?.answer({ etag: '"2"' });
    await settle();
    expect(api.complete.mock.calls[0]?.[1]).toEqual([
      { partNumber: 1, etag: '"1"' },
      { partNumber: 2, etag: '"2"' },
    ]);
  });

  it("begins no further part after one was refused", async () => {
    const { queue, puts } = scene({ ...target, partSizeBytes: 1 });
    queue.add([file("a.mp4")]);
    await settle();
    puts[0]?.answer({ status: 400 });
    await settle();
    puts[1]?.answer({});
    puts[2]?.answer({});
    await settle();
    expect(puts).toHaveLength(3);
    expect(stages(queue)).toEqual(["failed"]);
  });

  it("says what to do when the storage hides the ETag", async () => {
    const { queue, puts } = scene({ ...target, partSizeBytes: 100 });
    queue.add([file("a.mp4")]);
    await settle();
    puts[0]?.answer({ etag: null });
    await settle();
    expect(only(queue).error).toContain("CORS");
  });
});

describe("several files", () => {
  it("go two at a time, in the order they were added", async () => {
    const { queue, puts } = scene();
    queue.add([file("a.mp4"), file("b.mp4"), file("c.mp4")]);
    await settle();
    expect(stages(queue)).toEqual(["sending", "sending", "queued"]);
    puts[0]?.answer({});
    await settle();
    expect(stages(queue)).toEqual(["sent", "sending", "sending"]);
  });

  it("do not wait for one that failed", async () => {
    const { queue, api } = scene();
    api.create.mockRejectedValueOnce(new ApiError("refused", "The file is too large.", { status: 400 }));
    queue.add([file("a.mp4"), file("b.mp4"), file("c.mp4")]);
    await settle();
    expect(stages(queue)).toEqual(["failed", "sending", "sending"]);
    expect(queue.uploads.value[0]).toMatchObject({ error: "The file is too large.", videoId: null });
  });
});

describe("canceling", () => {
  it("stops the transfer and takes the video away", async () => {
    const { queue, api, puts, told } = scene();
    queue.add([file("a.mp4")]);
    await settle();
    await queue.cancel(only(queue).key);
    expect(puts[0]?.signal.aborted).toBe(true);
    expect(api.remove).toHaveBeenCalledExactlyOnceWith("vid_1");
    expect(told.onRemoved).toHaveBeenCalledWith("vid_1");
    expect(queue.uploads.value).toEqual([]);
  });

  it("while the video is being created leaves no video behind", async () => {
    const { queue, api, puts, told } = scene();
    const answer = Promise.withResolvers<Awaited<ReturnType<typeof api.create>>>();
    api.create.mockReturnValueOnce(answer.promise);
    queue.add([file("a.mp4")]);
    await queue.cancel(only(queue).key);
    expect(api.remove).not.toHaveBeenCalled();
    answer.resolve({ ...testVideo("vid_9"), upload: { url: "https://bucket.test", headers: {} } });
    await settle();
    expect(api.remove).toHaveBeenCalledExactlyOnceWith("vid_9");
    expect(told.onCreated).not.toHaveBeenCalled();
    expect(puts).toEqual([]);
  });

  it("lets the next file go", async () => {
    const { queue } = scene();
    queue.add([file("a.mp4"), file("b.mp4"), file("c.mp4")]);
    await settle();
    await queue.cancel(only(queue).key);
    await settle();
    expect(stages(queue)).toEqual(["sending", "sending"]);
  });

  it("of a video that somebody has deleted meanwhile is no failure", async () => {
    const { queue, api, told } = scene();
    api.remove.mockRejectedValueOnce(new ApiError("refused", "gone", { status: 404 }));
    queue.add([file("a.mp4")]);
    await settle();
    await queue.cancel(only(queue).key);
    expect(told.onRemoved).toHaveBeenCalledWith("vid_1");
  });
});
