import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "./database.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "states-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a transaction that throws leaves nothing, also of the one inside it", () => {
  const db = openDatabase(join(folder, "deep", "er"));
  const insert = (step: string) =>
    db.run("insert into journal (execution_id, step, outcome) values (1, ?, '1')", step);
  expect(() =>
    db.transaction(() => {
      insert("a");
      db.transaction(() => insert("b"));
      throw new Error("no");
    }),
  ).toThrow("no");
  db.transaction(() => insert("c"));
  expect(db.all("select step from journal")).toEqual([{ step: "c" }]);
  db.close();
});

test("what was committed is there when the file is opened again", () => {
  const first = openDatabase(folder);
  first.run("insert into journal (execution_id, step, outcome) values (1, 'a', '1')");
  first.close();
  const second = openDatabase(folder);
  expect(second.get("select count(*) as count from journal")).toEqual({ count: 1 });
  second.close();
});

test("a file of another version is refused, with what to do", () => {
  openDatabase(folder).close();
  const db = new DatabaseSync(join(folder, "states.db"));
  db.exec("pragma user_version = 99");
  db.close();
  expect(() => openDatabase(folder)).toThrow("Delete it to begin anew");
});
