import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError, type Operation } from "../../../aws/service.ts";
import { executionArn, nameOf } from "../arn.ts";
import type { Engine } from "../engine.ts";
import { DATA_LIMIT_MESSAGE } from "../error.ts";
import type { Executor } from "../executor.ts";
import { present } from "../history.ts";
import { exceedsLimit } from "../json.ts";
import type { Execution } from "../store/executions.ts";
import { find } from "./machines.ts";
import {
  arn,
  checkArn,
  checkName,
  maxResults,
  nextToken,
  operation,
  optional,
  page,
  readToken,
  seconds,
} from "./operation.ts";

/** A closed execution's name can be used again after this; until then it is kept. */
export const RETENTION_MS = 90 * 24 * 3600 * 1000;

const status = optional(
  z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]),
);

/** Executions: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html and its like. */
export function executionOperations(engine: Engine, executor: Executor): Readonly<Record<string, Operation>> {
  const { store } = engine;
  return {
    StartExecution: operation(
      z.object({ stateMachineArn: arn, name: optional(z.string()), input: optional(z.string()) }),
      ({ stateMachineArn, name, input }) => start(engine, executor, stateMachineArn, name, input ?? "{}"),
    ),

    DescribeExecution: operation(z.object({ executionArn: arn }), ({ executionArn }) =>
      describe(findExecution(engine, executionArn)),
    ),

    DescribeStateMachineForExecution: operation(z.object({ executionArn: arn }), ({ executionArn }) => {
      const execution = findExecution(engine, executionArn);
      const { machineArn, revision, roleArn, startedAt, mapRunArn } = execution;
      return {
        stateMachineArn: machineArn,
        name: nameOf(machineArn),
        definition: store.machines.definition(revision),
        roleArn,
        revisionId: revision,
        updateDate: seconds(store.machines.get(machineArn)?.updatedAt ?? startedAt),
        loggingConfiguration: { level: "OFF", includeExecutionData: false },
        tracingConfiguration: { enabled: false },
        ...(mapRunArn === null ? {} : { mapRunArn }),
      };
    }),

    GetExecutionHistory: operation(historyInput, (input) => history(engine, input)),

    ListExecutions: operation(
      z.object({
        stateMachineArn: optional(arn),
        mapRunArn: optional(arn),
        statusFilter: status,
        maxResults: maxResults(100),
        nextToken,
      }),
      (input) => list(engine, input),
    ),

    StopExecution: operation(
      z.object({
        executionArn: arn,
        error: optional(z.string().max(256)),
        cause: optional(z.string().max(32_768)),
      }),
      async ({ executionArn, error, cause }) => {
        const execution = findExecution(engine, executionArn);
        if (execution.parentId !== null) {
          throw new AwsError("ValidationException", `Stop the execution that ${executionArn} is a child of.`);
        }
        if (execution.status === "RUNNING") await executor.stop(execution, { error, cause });
        return { stopDate: seconds(findExecution(engine, executionArn).stoppedAt ?? engine.clock.now()) };
      },
    ),
  };
}

/** The same start again is answered with the execution that runs. */
function start(
  engine: Engine,
  executor: Executor,
  machineArn: string,
  name: string | undefined,
  input: string,
): object {
  const machine = find(engine, machineArn);
  checkInput(input);
  if (name !== undefined) checkName(name);
  if (name !== undefined && machine.type === "STANDARD") {
    const there = engine.store.executions.byArn(executionArn(machine.arn, name));
    if (there && sameStart(engine, there, input)) {
      return { executionArn: there.arn, startDate: seconds(there.startedAt) };
    }
  }
  const { arn, startedAt } = executor.start(machine, name ?? randomUUID(), input);
  return { executionArn: arn, startDate: seconds(startedAt) };
}

function checkInput(input: string): void {
  if (exceedsLimit(input)) {
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'input' failed to satisfy constraint: ${DATA_LIMIT_MESSAGE}`,
    );
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw new AwsError(
      "InvalidExecutionInput",
      `Invalid State Machine Execution Input: '${(error as Error).message}'`,
      { cause: error },
    );
  }
}

/** True for an execution that runs with this input; false for one that is so old that its name is free. */
function sameStart({ store, clock }: Engine, there: Execution, input: string): boolean {
  if (there.status === "RUNNING" && canonical(there.input) === canonical(input)) return true;
  const freeFrom = clock.now() - RETENTION_MS;
  if (there.stoppedAt !== null && there.stoppedAt < freeFrom) {
    store.executions.forget(freeFrom);
    return false;
  }
  throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${there.arn}'`);
}

const canonical = (text: string) => JSON.stringify(JSON.parse(text));

function findExecution({ store }: Engine, arn: string): Execution {
  const execution = store.executions.byArn(checkArn(arn, "execution|express"));
  if (execution) return execution;
  throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
}

const historyInput = z.object({
  executionArn: arn,
  maxResults: maxResults(100),
  nextToken,
  reverseOrder: optional(z.boolean()),
  includeExecutionData: optional(z.boolean()),
});

function history(engine: Engine, input: z.output<typeof historyInput>): object {
  const { executionArn, maxResults, nextToken, reverseOrder = false, includeExecutionData = true } = input;
  const { id } = findExecution(engine, executionArn);
  const after = readToken(z.number(), nextToken);
  const events = engine.store.progress.events(id, { after, limit: maxResults + 1, reverse: reverseOrder });
  const { rows, next } = page(events, maxResults, (event) => event.id);
  return { events: rows.map((event) => present(event, includeExecutionData)), ...next };
}

const cursor = z.object({ startedAt: z.number(), id: z.number() });

interface ListInput {
  readonly stateMachineArn: string | undefined;
  readonly mapRunArn: string | undefined;
  readonly statusFilter: string | undefined;
  readonly maxResults: number;
  readonly nextToken: string | undefined;
}

function list(
  engine: Engine,
  { stateMachineArn, mapRunArn, statusFilter, maxResults, nextToken }: ListInput,
): object {
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw new AwsError(
      "ValidationException",
      "Exactly one of stateMachineArn and mapRunArn must be specified.",
    );
  }
  if (stateMachineArn !== undefined) find(engine, stateMachineArn);
  const after = readToken(cursor, nextToken);
  const found = engine.store.executions.list({
    machineArn: stateMachineArn,
    mapRunArn,
    status: statusFilter,
    after,
    limit: maxResults + 1,
  });
  const { rows, next } = page(found, maxResults, ({ startedAt, id }) => ({ startedAt, id }));
  return { executions: rows.map(summary), ...next };
}

function summary(execution: Execution): object {
  const { arn, machineArn, name, status, startedAt, stoppedAt, mapRunArn } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machineArn,
    name,
    status,
    startDate: seconds(startedAt),
    ...(stoppedAt === null ? {} : { stopDate: seconds(stoppedAt) }),
    ...(mapRunArn === null ? {} : { mapRunArn }),
    redriveCount: 0,
  };
}

function describe(execution: Execution): object {
  const { input, output, error, cause } = execution;
  return {
    ...summary(execution),
    input,
    inputDetails: { included: true },
    ...(output === null ? {} : { output, outputDetails: { included: true } }),
    ...(error === null ? {} : { error }),
    ...(cause === null ? {} : { cause }),
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Executions are not redriven here.",
  };
}
