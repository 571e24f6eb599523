import postgres from "postgres";

/** A transaction as postgres.js offers it, with every error caught that can be caught. */
const sql = postgres({
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  username: process.env.PGUSER ?? "",
  password: process.env.PGPASSWORD ?? "",
  database: "postgres",
  max: 1,
});

try {
  await sql.begin(async (tx) => {
    await tx`select 1`;
    await tx`select pg_sleep(30)`;
  });
} catch {
  process.stdout.write("caught\n");
}
// The driver's last write comes in a later turn of the event loop.
await new Promise((resolve) => setTimeout(resolve, 500));
process.exit(0);
