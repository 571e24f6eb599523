import { connect } from "./postgres.ts";
import { database, postgres } from "./services.ts";

/** What stands in a table, read past the code under test. */
export async function rows(query: string, parameters: string[] = []): Promise<Record<string, unknown>[]> {
  const sql = connect(postgres.port, database);
  try {
    return [...(await sql.unsafe<Record<string, unknown>[]>(query, parameters))];
  } finally {
    await sql.end();
  }
}

/** The types of a video's events, in order. */
export async function journal(videoId: string): Promise<unknown[]> {
  return (await rows("select type from events where video_id = $1 order by sequence", [videoId])).map(
    ({ type }) => type,
  );
}
