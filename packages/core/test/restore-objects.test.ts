import { bucket } from "./support/bucket.ts";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { carryOut, planRestore, type Step } from "../src/storage/restore.ts";

/** The rehearsal of "Restore objects" in docs/operations.md, on a bucket that keeps versions as production's does. */
const Bucket = "media-bucket";

const put = (Key: string, Body: string | Uint8Array) =>
  bucket.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const remove = (Key: string) => bucket.client.send(new DeleteObjectCommand({ Bucket, Key }));
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

async function read(Key: string): Promise<string> {
  try {
    const { Body } = await bucket.client.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    return (error as Error).name;
  }
}

async function now(): Promise<Date> {
  await pause();
  const at = new Date();
  await pause();
  return at;
}

async function plan(prefix: string, at: Date): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of planRestore({ bucket: Bucket, prefix, at })) steps.push(step);
  return steps;
}

async function restore(prefix: string, at: Date): Promise<string[]> {
  const steps = await plan(prefix, at);
  for (const step of steps) await carryOut(Bucket, step);
  return steps.map(({ key, action }) => `${action} ${key}`);
}

test("what was deleted and what was overwritten are back, and what came since is left alone", async () => {
  for (const name of ["deleted", "overwritten", "both", "untouched", "twice deleted"])
    await put(`media/a/${name}`, `old ${name}`);
  await put("media/a/gone before", "x");
  await remove("media/a/gone before");
  const at = await now();
  await remove("media/a/deleted");
  await put("media/a/overwritten", "new");
  await put("media/a/both", "new");
  await remove("media/a/both");
  await remove("media/a/twice deleted");
  await remove("media/a/twice deleted");
  await put("media/a/came since", "new");
  expect(await restore("media/a/", at)).toEqual([
    "bring back media/a/both",
    "undelete media/a/deleted",
    "bring back media/a/overwritten",
    "undelete media/a/twice deleted",
  ]);
  for (const name of ["deleted", "overwritten", "both", "untouched", "twice deleted"])
    expect(await read(`media/a/${name}`)).toBe(`old ${name}`);
  expect(await read("media/a/gone before")).toBe("NoSuchKey");
  expect(await read("media/a/came since")).toBe("new");
});

test("doing it twice changes nothing, and the state before can be had again", async () => {
  await put("media/b/x", "first");
  const first = await now();
  await put("media/b/x", "second");
  const second = await now();
  await restore("media/b/", first);
  expect(await read("media/b/x")).toBe("first");
  await restore("media/b/", second);
  expect(await read("media/b/x")).toBe("second");
});

test("other prefixes, and keys with odd names, are told apart", async () => {
  const odd = "media/c/ä +%&?#/a b.m4s";
  await put(odd, "odd");
  await put("media/c2/x", "other");
  const at = await now();
  await put(odd, "new");
  await remove("media/c2/x");
  expect(await restore("media/c/", at)).toEqual([`bring back ${odd}`]);
  expect(await read(odd)).toBe("odd");
  expect(await read("media/c2/x")).toBe("NoSuchKey");
});

test("more versions than a page of a listing holds are all seen", async () => {
  const keys = Array.from({ length: 600 }, (_, index) => `media/d/${String(index).padStart(3, "0")}`);
  const inParts = async (work: (key: string) => Promise<unknown>) => {
    for (let from = 0; from < keys.length; from += 50)
      await Promise.all(keys.slice(from, from + 50).map(work));
  };
  await inParts((key) => put(key, `old ${key}`));
  const at = await now();
  await inParts(remove);
  expect(await restore("media/d/", at)).toHaveLength(600);
  expect(await read("media/d/599")).toBe("old media/d/599");
});

test("an object that is too large for one copy is copied in parts, byte for byte", async () => {
  const mebibyte = 1024 ** 2;
  const old = Buffer.alloc(11 * mebibyte, "0123456789");
  await bucket.client.send(
    new PutObjectCommand({ Bucket, Key: "source/e/original", Body: old, ContentType: "video/mp4" }),
  );
  const at = await now();
  await put("source/e/original", "new");
  const [step] = await plan("source/e/", at);
  if (!step) throw new Error("Nothing to bring back.");
  await carryOut(Bucket, step, 5 * mebibyte);
  const { Body, ContentType } = await bucket.client.send(
    new GetObjectCommand({ Bucket, Key: "source/e/original" }),
  );
  expect(ContentType).toBe("video/mp4");
  expect(Buffer.compare(Buffer.from((await Body?.transformToByteArray()) ?? []), old)).toBe(0);
});
