import { index, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "../database/columns.ts";

/** Requests that may be repeated: the same key with the same content answers with the same video, for 24 hours. */
export const idempotencyTable = pgTable(
  "idempotency_keys",
  {
    key: text().primaryKey(),
    requestHash: text().notNull(),
    videoId: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [index("idempotency_keys_created").on(table.createdAt)],
);
