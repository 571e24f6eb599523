import { db } from "../database/client.ts";
import { currentActor } from "./actor.ts";
import { eventTable } from "./event.sql.ts";
import type { EventType } from "./type.ts";

export interface NewEvent {
  readonly videoId: string;
  readonly attempt?: number;
  readonly type: EventType;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Two events with the same key are one. */
  readonly dedupeKey?: string;
}

/** Adds to the journal, inside of the transaction that makes it true. False when an event with its key is there already. */
export async function record(event: NewEvent): Promise<boolean> {
  const rows = await db
    .insert(eventTable)
    .values({ ...event, actor: currentActor(), data: { ...event.data } })
    .onConflictDoNothing({ target: eventTable.dedupeKey })
    .returning({ id: eventTable.id });
  return rows.length > 0;
}
