/**
 * PostgreSQL and Redis on a developer's machine: `sst dev` links to them, `npm run services` starts them. No secrets:
 * they listen on the loopback address alone. The ports can be moved where others hold them, for both sides at once.
 */
const HOST = "127.0.0.1";

export const localServices = {
  database: {
    host: HOST,
    port: port("TELECINE_DATABASE_PORT", 5432),
    username: "postgres",
    password: "postgres",
    database: "videometadata",
  },
  cache: { host: HOST, port: port("TELECINE_CACHE_PORT", 6379) },
} as const;

function port(variable: string, usual: number): number {
  const text = process.env[variable];
  if (!text) return usual;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Error(`${variable} is "${text}". Give a port, a number between 1 and 65535, or leave it unset.`);
}
