import "./support/services.ts";
import { beforeEach, expect, test } from "vitest";
import { create } from "../src/video/create.ts";
import { fromId, list } from "../src/video/video.ts";
import { complete, requestParts } from "../src/upload/upload.ts";
import { sourceKey } from "../src/storage/keys.ts";
import { fakeBucket, fakeWorkflow, type FakeBucket } from "./support/aws.ts";
import { rows } from "./support/rows.ts";

let bucket: FakeBucket;

beforeEach(() => {
  bucket = fakeBucket();
  fakeWorkflow();
});

const MIB = 1024 ** 2;

test("pages neither repeat nor skip a video while others are added", async () => {
  const title = `paging ${crypto.randomUUID()}`;
  const ids: string[] = [];
  for (let n = 0; n < 25; n += 1) ids.unshift((await create({ input: { title } })).video.id);
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await list({ q: title, limit: 4, ...(cursor ? { cursor } : {}) });
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor;
    await create({ input: { title } });
  } while (cursor);
  expect(seen).toEqual(ids);
});

test("pages are complete where many videos have the same time", async () => {
  const title = `same ${crypto.randomUUID()}`;
  for (let n = 0; n < 7; n += 1) await create({ input: { title } });
  await rows("update videos set created_at = '2026-01-01T00:00:00.123Z' where title = $1", [title]);
  const first = await list({ q: title, limit: 4 });
  const second = await list({ q: title, limit: 4, cursor: first.nextCursor ?? "" });
  expect(new Set([...first.data, ...second.data].map(({ id }) => id)).size).toBe(7);
  expect(second.nextCursor).toBeNull();
});

test.each(["", "x", "bnVsbA", Buffer.from('[1,"x"]').toString("base64url")])(
  "%j is no cursor",
  async (cursor) => {
    await expect(list({ cursor })).rejects.toMatchObject({ kind: "invalid", code: "cursor_invalid" });
  },
);

test("% and _ in a search are characters, and case is none of its business", async () => {
  await create({ input: { title: "100% PURE_joy" } });
  await create({ input: { title: "1000 pureXjoy" } });
  const titles = async (q: string) => (await list({ q })).data.map(({ title }) => title);
  expect(await titles("0% pure_J")).toEqual(["100% PURE_joy"]);
  expect(await titles("\\")).toEqual([]);
});

test("the list at depth is answered by its index, not by a sort", async () => {
  const where = "deleted_at is null and (created_at, id) < (now(), 'vid_x'::text)";
  const plan = await rows(
    `set enable_seqscan = off; explain select * from videos where ${where} order by created_at desc, id desc limit 20`,
  );
  const text = JSON.stringify(plan);
  expect(text).toContain("videos_newest");
  expect(text).toContain("Index Cond");
  expect(text).not.toContain("Sort");
});

test.each([
  ["Tom's\u0000 \u001b[31mred\u001b[0m\r\nfilm", "Tom's [31mred [0m film"],
  ["\u202egpj.exe", "gpj.exe"],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["'; drop table videos; --", "'; drop table videos; --"],
  ["  e\u0301te\u0301  ", "été"],
  ["\ud800 half", "half"],
])("the title %j is kept as %j", async (title, kept) => {
  const { video } = await create({ input: { title } });
  expect((await fromId(video.id)).title).toBe(kept);
});

test.each([
  [{ fileName: "../../etc/passwd" }, { title: "../../etc/passwd", fileName: "../../etc/passwd" }],
  [{ fileName: "-rf holiday.mp4" }, { title: "-rf holiday", fileName: "-rf holiday.mp4" }],
  [{ fileName: "\u0007" }, { title: "Untitled", fileName: null }],
  [{ fileName: ".mp4" }, { title: ".mp4", fileName: ".mp4" }],
  [
    { title: " ", fileName: "a.mov" },
    { title: "a", fileName: "a.mov" },
  ],
  [{}, { title: "Untitled", fileName: null }],
])("%j is called %j", async (input, expected) => {
  expect((await create({ input })).video).toMatchObject(expected);
});

test("nothing that a caller writes becomes part of a key", async () => {
  const { video, upload } = await create({ input: { fileName: "../../evil.mp4", title: "../x" } });
  const { pathname } = new URL(upload.kind === "put" ? upload.url : "https://none");
  expect(pathname).toBe(`/source/${video.id}/original`);
});

test("the same key with the same request is the same video, also when both come at once", async () => {
  const idempotencyKey = crypto.randomUUID();
  const both = await Promise.all(
    [1, 2, 3, 4].map(() => create({ input: { title: "one", sizeBytes: 5 }, idempotencyKey })),
  );
  const again = await create({ input: { sizeBytes: 5, title: "one" }, idempotencyKey });
  expect(new Set([...both, again].map(({ video }) => video.id)).size).toBe(1);
});

test("the same key with another request is refused", async () => {
  const idempotencyKey = crypto.randomUUID();
  await create({ input: { title: "one" }, idempotencyKey });
  const other = create({ input: { title: "two" }, idempotencyKey });
  await expect(other).rejects.toMatchObject({ kind: "unprocessable", code: "idempotency_key_reused" });
});

test("a single PUT is signed for the size that was announced, and for no checksum", async () => {
  const { upload } = await create({ input: { sizeBytes: 5, contentType: "video/mp4" } });
  if (upload.kind !== "put") throw new Error("5 bytes need no parts.");
  const { searchParams } = new URL(upload.url);
  expect(searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;host");
  expect([...searchParams.keys()].filter((name) => name.includes("checksum"))).toEqual([]);
  expect(upload.headers).toEqual({ "content-type": "video/mp4" });
});

test("an upload in parts ends with the parts in order, and ends once", async () => {
  const { video, upload } = await create({ input: { sizeBytes: 101 * MIB } });
  if (upload.kind !== "multipart") throw new Error("101 MiB are uploaded in parts.");
  expect(upload.partSizeBytes).toBe(16 * MIB);
  expect(upload.parts.map(({ partNumber }) => partNumber)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const { id } = video;
  const more = await requestParts({ id, partNumbers: [7] });
  expect(new URL(more.parts[0]?.url ?? "").searchParams.get("partNumber")).toBe("7");

  const parts = [2, 1].map((partNumber) => ({ partNumber, etag: `"e${partNumber}"` }));
  await expect(complete({ id, parts: [{ partNumber: 1, etag: "wrong" }] })).rejects.toMatchObject({
    code: "upload_incomplete",
  });
  await complete({ id, parts });
  await complete({ id, parts });
  expect(JSON.parse(bucket.text(sourceKey(id)))).toEqual([
    { PartNumber: 1, ETag: '"e1"' },
    { PartNumber: 2, ETag: '"e2"' },
  ]);
  await expect(requestParts({ id, partNumbers: [1] })).rejects.toMatchObject({ code: "upload_not_open" });
});

test("two first answers at once leave one multipart upload in the bucket", async () => {
  const idempotencyKey = crypto.randomUUID();
  const input = { multipart: true };
  const both = await Promise.all([1, 2, 3].map(() => create({ input, idempotencyKey })));
  const names = both.map(({ upload }) => (upload.kind === "multipart" ? upload.uploadId : ""));
  expect(new Set(names).size).toBe(1);
  expect([...bucket.uploads.keys()]).toEqual([names[0]]);
});

test("a single PUT that has not come cannot be completed", async () => {
  const { video } = await create({ input: { sizeBytes: 5 } });
  await expect(complete({ id: video.id })).rejects.toMatchObject({ code: "upload_incomplete" });
  bucket.put(sourceKey(video.id), "12345");
  await complete({ id: video.id });
  expect(await rows("select status from uploads where video_id = $1", [video.id])).toEqual([
    { status: "completed" },
  ]);
});
