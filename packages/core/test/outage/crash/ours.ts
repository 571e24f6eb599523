import { sql } from "drizzle-orm";
import { closeDatabase } from "../../../src/database/client.ts";
import { withPatience } from "../../../src/database/patience.ts";
import { useTransaction } from "../../../src/database/transaction.ts";

/** Rounds of transactions, several at once, each of which must end in the table exactly once. Says when all are inside. */
const rounds = Number(process.env.ROUNDS);
const width = Number(process.env.DATABASE_POOL_SIZE);

async function insert(name: string, inside: () => void): Promise<void> {
  await useTransaction(async (tx) => {
    await tx.execute(sql`insert into rounds (name) values (${name})`);
    inside();
    await tx.execute(sql`select pg_sleep(0.3)`);
  });
}

for (let round = 1; round <= rounds; round += 1) {
  let waiting = width;
  const inside = () => {
    waiting -= 1;
    if (waiting === 0) process.stdout.write(`round ${round}\n`);
  };
  const names = Array.from({ length: width }, (_, index) => `${round}.${index}`);
  await withPatience(30, () => Promise.all(names.map((name) => insert(name, inside))));
}
await closeDatabase();
process.stdout.write("done\n");
