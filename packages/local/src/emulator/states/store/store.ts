import { type Database, openDatabase } from "./database.ts";
import { type Executions, executionsIn } from "./executions.ts";
import { type Machines, machinesIn } from "./machines.ts";
import { type MapRuns, mapRunsIn } from "./map-runs.ts";
import { type Progress, progressIn } from "./progress.ts";
import { type Tokens, tokensIn } from "./tokens.ts";

/** All that Step Functions remembers, in one file. */
export interface Store {
  readonly machines: Machines;
  readonly executions: Executions;
  readonly progress: Progress;
  readonly tokens: Tokens;
  readonly mapRuns: MapRuns;
  readonly transaction: Database["transaction"];
  close(): void;
}

/** Opens the store in a folder, which is created when missing. */
export function openStore(folder: string): Store {
  const db = openDatabase(folder);
  return {
    machines: machinesIn(db),
    executions: executionsIn(db),
    progress: progressIn(db),
    tokens: tokensIn(db),
    mapRuns: mapRunsIn(db),
    transaction: (work) => db.transaction(work),
    close: () => {
      db.close();
    },
  };
}
