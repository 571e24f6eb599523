import postgres from "postgres";
import type { Rig } from "../rig/rig.ts";

/** Videos that are ready, one a second back from now: number 0 is the newest. */
export interface Seeded {
  readonly count: number;
  /** The id of a video by its place in the list. */
  idAt(place: number): Promise<string>;
  /** What a reader sends who has seen all videos up to this place. */
  cursorAt(place: number): Promise<string>;
  readonly sql: postgres.Sql;
  close(): Promise<void>;
}

const NEWEST_WITH_RENDITIONS = 20_000;
/** Around the depths that pages are read at. */
const OLDEST_WITH_RENDITIONS = 2000;

/** An id that the app takes for one of its own: any 26 letters of its alphabet, of which hexadecimal is a part. */
const ID = "'vid_01' || substr(md5(n::text), 1, 24)";

/** Fills the database with these videos and no others, past the app's rules about how videos come to be. */
export async function seedVideos({ postgres: server }: Rig, count: number): Promise<Seeded> {
  const sql = postgres({ ...server, max: 1, onnotice: () => undefined });
  await sql`set session_replication_role = replica`;
  await sql`truncate videos cascade`;
  await sql.unsafe(`
    insert into videos (id, status, phase, title, file_name, size_bytes, source_key, duration_seconds, width, height,
      frame_rate, video_codec, audio_codec, hls_key, dash_key, poster_key, storyboard_key, ready_at, created_at)
    select id, 'ready', 'done', 'Video ' || n, 'video-' || n || '.mp4', 1e7, 'source/' || id, 60, 1920, 1080,
      '24/1', 'h264', 'aac', media || 'master.m3u8', media || 'manifest.mpd', media || 'poster.jpg',
      media || 'storyboard.vtt', now(), date_trunc('second', now()) - n * interval '1 second'
    from (select n, ${ID} as id, 'media/' || ${ID} || '/1/' as media from generate_series(0, ${count - 1}) as n) as made`);
  await sql.unsafe(`
    insert into renditions (id, video_id, attempt, name, width, height, frame_rate, codecs, bandwidth, average_bandwidth,
      size_bytes, segment_count, playlist_key)
    select 'rnd_01' || substr(md5(n || '-' || height), 1, 24), ${ID}, 1, height || 'p', height * 16 / 9, height, '24/1',
      'avc1.640028,mp4a.40.2', height * 5000, height * 4000, height * 30000, 15, height || 'p.m3u8'
    from generate_series(0, ${count - 1}) as n, unnest(array[1080, 720, 480, 360, 240]) as height
    where n < ${NEWEST_WITH_RENDITIONS} or n >= ${count - OLDEST_WITH_RENDITIONS}`);
  await sql`analyze`;
  const rowAt = async (place: number) => {
    const [row] = await sql<
      { id: string; at: number }[]
    >`select id, (extract(epoch from created_at) * 1000)::float8 as at from videos where title = ${`Video ${place}`}`;
    if (!row) throw new Error(`There is no video ${place}.`);
    return row;
  };
  return {
    ...{ count, sql },
    idAt: async (place) => (await rowAt(place)).id,
    async cursorAt(place) {
      const { id, at } = await rowAt(place);
      return Buffer.from(JSON.stringify([at, id])).toString("base64url");
    },
    close: () => sql.end(),
  };
}
