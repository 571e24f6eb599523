import { bigint, text, timestamp } from "drizzle-orm/pg-core";
import { createId, type Noun } from "../util/id.ts";

/** The primary key of a noun's table. */
export const id = (noun: Noun) =>
  text()
    .primaryKey()
    .$defaultFn(() => createId(noun));

/** An instant, with the milliseconds that a JavaScript date holds, so that what is read compares equal to what is stored. */
export const instant = () => timestamp({ withTimezone: true, precision: 3 });

/** A trigger moves `updatedAt` with each change. */
export const timestamps = {
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
};

/** A number of bytes: over 2 GB, and far below 2^53. */
export const bytes = () => bigint({ mode: "number" });
