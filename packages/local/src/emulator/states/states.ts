import { type Clock, systemClock } from "../../aws/clock.ts";
import type { JsonService } from "../../aws/service.ts";
import { parseDefinition } from "./definition/definition.ts";
import type { Engine, ExecutionChange, LogEntry } from "./engine.ts";
import { createExecutor } from "./executor.ts";
import type { Functions, Integration } from "./integration.ts";
import { RETENTION_MS, executionOperations } from "./service/executions.ts";
import { machineOperations, type RulesFor } from "./service/machines.ts";
import { mapRunOperations } from "./service/map-runs.ts";
import { tokenOperations } from "./service/tokens.ts";
import type { Machine } from "./store/machines.ts";
import { openStore } from "./store/store.ts";
import { createTokenDesk } from "./token.ts";

export interface StatesOptions {
  /** Folder of the journal; created when missing. One process at a time can have it. */
  readonly dir: string;
  readonly region: string;
  readonly accountId: string;
  readonly functions: Functions;
  /** By `<service>:<action>`: `ecs:runTask`, `lambda:invoke`, `aws-sdk:s3:getObject`. A definition may call no other. */
  readonly integrations: Readonly<Record<string, Integration>>;
  log(entry: LogEntry): void;
  /** The machine's own unless given. */
  readonly clock?: Clock;
  /** Told of every start, state and end, after it is on disk. */
  onExecution?(change: ExecutionChange): void;
}

export interface States {
  readonly service: JsonService;
  /**
   * Creates or updates the machine that infrastructure declares; running executions keep theirs. Throws a
   * {@link DefinitionError} with all that is wrong with a bad definition.
   */
  putStateMachine(input: Pick<Machine, "name" | "arn" | "definition" | "roleArn" | "type">): Promise<void>;
  /** Continues what was running when the folder was last closed or killed. */
  resume(): Promise<void>;
  /** Stops interpreting without ending executions: they continue at the next resume(). A second call does nothing more. */
  close(): Promise<void>;
}

/** Opens the Step Functions stand-in on a folder. Nothing of an earlier process goes on before `resume`. */
export async function openStates(options: StatesOptions): Promise<States> {
  const { dir, region, accountId, functions, integrations, clock = systemClock } = options;
  const store = openStore(dir);
  store.executions.forget(clock.now() - RETENTION_MS);
  const engine: Engine = {
    region,
    accountId,
    store,
    clock,
    functions,
    integrations,
    tokens: createTokenDesk(store.tokens, clock),
    log: (entry) => {
      options.log(entry);
    },
    notify: (change) => {
      tell(options, change);
    },
  };
  const executor = createExecutor(engine);
  const rulesFor = rulesOf(integrations);
  let closed: Promise<void> | undefined;
  const close = async () => {
    await executor.close();
    store.close();
  };
  return {
    service: {
      name: "states",
      targetPrefix: "AWSStepFunctions",
      jsonVersion: "1.0",
      operations: {
        ...machineOperations(engine, rulesFor),
        ...executionOperations(engine, executor),
        ...tokenOperations(engine),
        ...mapRunOperations(engine),
      },
      resource: (_operation, input) => resourceOf(input),
    },
    putStateMachine: async (machine) => {
      parseDefinition(machine.definition, rulesFor(machine.type));
      store.machines.put(machine, clock.now());
    },
    resume: async () => {
      executor.resume();
    },
    close: () => (closed ??= close()),
  };
}

/** What an operation is about. Those on all machines, and those that a task's token is proof enough for, name nothing. */
function resourceOf({ executionArn, mapRunArn, stateMachineArn }: Record<string, unknown>): string {
  const named = [executionArn, mapRunArn, stateMachineArn].find((arn) => typeof arn === "string");
  return named ?? "*";
}

function rulesOf(integrations: StatesOptions["integrations"]): RulesFor {
  const known = Object.fromEntries(
    Object.entries(integrations).map(([name, integration]) => [name, { sync: "wait" in integration }]),
  );
  return (type) => ({ type, integrations: known });
}

/** A listener that throws must not change the fate of the execution it was told of. */
function tell(options: StatesOptions, change: ExecutionChange): void {
  try {
    options.onExecution?.(change);
  } catch (error) {
    options.log({
      level: "error",
      message: "A listener of execution changes failed",
      executionArn: change.executionArn,
      error,
    });
  }
}
