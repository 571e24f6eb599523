import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { id, instant } from "../database/columns.ts";
import type { Actor, EventType } from "./type.ts";

/**
 * What happened to each video, written in the transaction that made it so. Rows are only added, and stay when the video
 * is removed: a trigger refuses changes.
 */
export const eventTable = pgTable(
  "events",
  {
    id: id("event"),
    /** The order of writing. */
    sequence: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    videoId: text().notNull(),
    attempt: integer(),
    type: text().$type<EventType>().notNull(),
    actor: text().$type<Actor>().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** Set for what may be delivered more than once: the second delivery finds the first. */
    dedupeKey: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    index("events_video").on(table.videoId, table.sequence),
    uniqueIndex("events_sequence").on(table.sequence),
    uniqueIndex("events_dedupe").on(table.dedupeKey),
  ],
);
export type EventRow = typeof eventTable.$inferSelect;
