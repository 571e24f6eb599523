import { sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { z } from "zod";
import { VisibleError } from "../error.ts";
import { parseJson } from "../util/json.ts";
import { idSchema } from "../util/id.ts";

/** How many of a list are sent, and from where on. */
export const PageInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

/** A place in a list ordered by newest first: the last row that the reader has. */
const Place = z.tuple([z.int().nonnegative(), idSchema("video")]);

export function encodeCursor(row: { readonly createdAt: Date; readonly id: string }): string {
  return Buffer.from(JSON.stringify([row.createdAt.getTime(), row.id])).toString("base64url");
}

/**
 * The rows after a cursor. Compared as one row value, which an index answers at any depth; a chain of ORs it would not. A
 * cursor that is none of ours: VisibleError `cursor_invalid`.
 */
export function after(cursor: string, columns: { readonly createdAt: PgColumn; readonly id: PgColumn }): SQL {
  const place = parseJson(Buffer.from(cursor, "base64url").toString(), Place);
  if (!place)
    throw new VisibleError("invalid", "cursor_invalid", "Use a `nextCursor` of this list, unchanged.");
  const [createdAtMs, id] = place;
  const createdAt = new Date(createdAtMs).toISOString();
  return sql`(${columns.createdAt}, ${columns.id}) < (${createdAt}::timestamptz, ${id}::text)`;
}

/** Cuts the extra row off that was asked for to learn whether there are more. */
export function toPage<Row extends { readonly createdAt: Date; readonly id: string }>(
  rows: Row[],
  limit: number,
) {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last ? encodeCursor(last) : null };
}
