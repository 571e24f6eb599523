import { TypeID, typeid } from "typeid-js";
import { z } from "zod";

/** The prefix of each noun's ids. A closed table: an id says what it names. */
const PREFIX = {
  video: "vid",
  rendition: "rnd",
  track: "trk",
  job: "job",
  upload: "upl",
  event: "evt",
  caption: "cap",
} as const;

export type Noun = keyof typeof PREFIX;

/** A new id such as `vid_01h2xcejqtf2nbrexx3vqjhp41`: its noun's prefix and a UUIDv7, so ids sort by creation time. */
export function createId(noun: Noun): string {
  return typeid(PREFIX[noun]).toString();
}

/** When an id was made, to the millisecond. Rows that take it for their time are in one order by time and by id. */
export function createdAtOf(id: string): Date {
  const uuid = TypeID.fromString(id).toUUID();
  return new Date(Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16));
}

/** Accepts exactly the ids that {@link createId} makes for this noun. */
export function idSchema(noun: Noun) {
  const prefix = PREFIX[noun];
  return z.string().refine((value) => isId(value, prefix), {
    error: `Expected an id such as ${prefix}_01h2xcejqtf2nbrexx3vqjhp41.`,
  });
}

function isId(value: string, prefix: string): boolean {
  try {
    return TypeID.fromString(value, prefix).toString() === value;
  } catch {
    return false; // the library's only way to say no
  }
}
