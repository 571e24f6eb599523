import { randomUUID } from "node:crypto";
import { afterAll, inject } from "vitest";
import { links } from "./links.ts";
import { connect } from "./postgres.ts";

/** Runs before each test file: an empty database of its own with all migrations, and the links to it. */
const postgres = inject("postgres");
const database = `test_${randomUUID()}`;

const admin = connect(postgres.port, "postgres");
await admin.unsafe(`create database "${database}"`);
await admin.end();

Object.assign(
  process.env,
  links({ postgres, redis: inject("redis"), database, secretsUrl: inject("secretsUrl") }),
);

// Only now: the links are read when their module is.
const { migrate } = await import("../../src/database/migrate.ts");
const { closeDatabase } = await import("../../src/database/client.ts");
await migrate(new URL("../../migrations", import.meta.url).pathname);
afterAll(closeDatabase);
