import { expect, inject, test } from "vitest";
import { TRANSITIONS } from "../src/video/status.ts";
import { connect } from "./support/postgres.ts";

const { database } = JSON.parse(process.env.SST_RESOURCE_Database ?? "{}") as { database: string };

test("the transitions in SQL are those in code", async () => {
  const sql = connect(inject("postgres").port, database);
  const rows = await sql<
    { from_status: string; to_status: string }[]
  >`select * from video_status_transitions`;
  await sql.end();
  const inCode = Object.entries(TRANSITIONS).flatMap(([from, all]) => all.map((to) => `${from} → ${to}`));
  expect(rows.map((row) => `${row.from_status} → ${row.to_status}`).sort()).toEqual(inCode.sort());
});
