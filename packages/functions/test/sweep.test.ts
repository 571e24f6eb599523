import "./services.ts";
import "../../core/test/support/bucket.ts";
import { mkdir, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "aws-lambda";
import { afterEach, expect, test, vi } from "vitest";
import { putJson } from "@telecine/core/storage/storage";
import { createId } from "@telecine/core/util/id";
import { handler as scratch } from "../src/schedule/sweep-scratch.ts";
import { handler as storage } from "../src/schedule/sweep-storage.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("the scratch space that SCRATCH_DIR names is swept", async () => {
  const root = await mkdtemp(join(tmpdir(), "scratch-"));
  vi.stubEnv("SCRATCH_DIR", root);
  const folder = join(root, createId("video"), "1");
  await mkdir(folder, { recursive: true });
  const long = new Date(Date.now() - 3 * 3600_000);
  await utimes(folder, long, long);
  expect(await scratch({})).toEqual({ removed: 1, kept: 0, failed: 0, unknown: 0 });
  expect(await readdir(root)).toEqual([]);
  await rm(root, { recursive: true });
});

test("without SCRATCH_DIR nothing is swept, and the error says what to set", async () => {
  vi.stubEnv("SCRATCH_DIR", undefined);
  await expect(scratch({})).rejects.toThrow(/SCRATCH_DIR is not set/);
});

test("the bucket is swept until a minute before the function's time is over", async () => {
  await putJson(`work/${createId("video")}/1/input.json`, {});
  const left = (seconds: number) =>
    ({ awsRequestId: "r", getRemainingTimeInMillis: () => seconds * 1000 }) as Context;
  expect(await storage({}, left(59))).toMatchObject({ finished: false });
  expect(await storage({}, left(61))).toEqual({
    uploads: 0,
    orphans: 0,
    superseded: 0,
    previews: 0,
    finished: true,
  });
});
