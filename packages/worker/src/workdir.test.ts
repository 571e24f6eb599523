import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withWorkdir, workRoot } from "./workdir.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "workdir-test-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

it("a work folder is gone after the work, with all that is in it", async () => {
  await withWorkdir(root, async (folder) => {
    await mkdir(join(folder, "out"));
    await writeFile(join(folder, "out", "file"), "content");
  });
  expect(await readdir(root)).toEqual([]);
});

it("a work folder is gone after a failure, too", async () => {
  await expect(withWorkdir(root, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(root)).toEqual([]);
});

it("what a dead process left is swept, and what a living one uses is not", async () => {
  await withWorkdir(root, async (mine) => {
    const { pid } = spawnSync(process.execPath, ["-e", "0"]); // has ended
    const left = basename(mine).replace(`-${process.pid}-`, `-${pid}-`);
    await mkdir(join(root, left));
    await mkdir(join(root, "something else"));
    await withWorkdir(root, async (second) => {
      const names = [basename(mine), basename(second), "something else"];
      expect(await readdir(root)).toEqual(names.toSorted());
    });
  });
});

it("the root is made where it does not exist, and named by WORK_DIR", async () => {
  const deep = join(root, "not", "yet");
  expect(
    await withWorkdir(workRoot({ WORK_DIR: deep }), (folder) => Promise.resolve(folder.startsWith(deep))),
  ).toBe(true);
  expect(workRoot({})).toBe(tmpdir());
});
