import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Clock } from "../../src/aws/clock.ts";
import { AwsError, type JsonService } from "../../src/aws/service.ts";
import type { FunctionOutcome, Functions, Integration } from "../../src/emulator/states/integration.ts";
import { openStates, type States, type StatesOptions } from "../../src/emulator/states/states.ts";
import { lambdaInvoke } from "../../src/emulator/states/task/lambda.ts";
import { TaskError } from "../../src/emulator/states/integration.ts";

export const ROLE = "arn:aws:iam::111111111111:role/states";

/** A service behind HTTP, just enough of it for the real client. */
async function serve(service: () => JsonService): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(service(), request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  service: JsonService,
  request: IncomingMessage,
): Promise<{ status: number; body: object }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [, name = ""] = String(request.headers["x-amz-target"]).split(".");
  const operation = service.operations[name];
  try {
    if (!operation) throw new AwsError("UnknownOperationException", `No operation ${name}.`);
    const input = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
    return { status: 200, body: await operation(input, { accessKeyId: "AKIATEST", arn: ROLE }) };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      return { status: 500, body: { __type: "InternalFailure", message: String(error) } };
    }
    return { status: error.statusCode, body: { __type: error.code, message: error.message } };
  }
}

const client = (url: string) =>
  new SFNClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
    maxAttempts: 1,
  });

export type Fn = (input: unknown, signal: AbortSignal) => unknown;

/** A function that fails as Lambda tells it. */
export class Raised extends Error {
  readonly errorType: string;
  readonly payload: string;

  constructor(
    errorType: string,
    message: string,
    payload = JSON.stringify({ errorMessage: message, errorType, requestId: "r", stackTrace: [] }),
  ) {
    super(message);
    this.errorType = errorType;
    this.payload = payload;
  }
}

/** Functions of this process, by name. */
function functionsOf(all: Readonly<Record<string, Fn>>): Functions {
  return {
    invoke: async (name, payload, { signal }): Promise<FunctionOutcome> => {
      const fn = all[name.split(":").at(-1) ?? ""];
      if (!fn) throw new TaskError("Lambda.ResourceNotFoundException", `Function not found: ${name}:$LATEST`);
      try {
        return { ok: true, payload: JSON.stringify((await fn(JSON.parse(payload), signal)) ?? null) };
      } catch (error) {
        if (error instanceof Raised) return { ok: false, errorType: error.errorType, payload: error.payload };
        throw error;
      }
    },
  };
}

/** A service that answers from a function; `.sync` waits for what `job` gives. */
export function service(
  call: (parameters: unknown, signal: AbortSignal, token?: string) => unknown,
  job?: (response: unknown, signal: AbortSignal) => unknown,
): Integration {
  return {
    call: async (parameters, { signal, taskToken }) => call(parameters, signal, taskToken),
    ...(job
      ? { wait: async (response: unknown, { signal }: { signal: AbortSignal }) => job(response, signal) }
      : {}),
    interrupted: () => new TaskError("States.TaskFailed", "interrupted"),
  };
}

interface Ran {
  readonly arn: string;
  readonly execution: DescribeExecutionOutput;
  readonly output: unknown;
  readonly events: HistoryEvent[];
}

/** Step Functions on a folder of its own, reached through the real client. */
export interface Lab {
  readonly sfn: SFNClient;
  readonly states: States;
  readonly dir: string;
  readonly logs: object[];
  create(definition: object, name?: string, type?: "STANDARD" | "EXPRESS"): Promise<string>;
  start(machineArn: string, input?: unknown, name?: string): Promise<string>;
  /** Until the execution is over. */
  finish(executionArn: string): Promise<Ran>;
  history(executionArn: string): Promise<HistoryEvent[]>;
  run(definition: object, input?: unknown): Promise<Ran>;
  /** Until an event of this type was written so often. */
  seen(executionArn: string, type: string, times?: number): Promise<HistoryEvent[]>;
  /** Closes and opens the folder again, and goes on with what ran. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface LabOptions extends Partial<Omit<StatesOptions, "functions">> {
  readonly functions?: Readonly<Record<string, Fn>>;
}

export async function openLab({ functions = {}, integrations = {}, ...rest }: LabOptions = {}): Promise<Lab> {
  const dir = rest.dir ?? (await mkdtemp(join(tmpdir(), "states-")));
  const logs: object[] = [];
  const calls = functionsOf(functions);
  const open = () =>
    openStates({
      dir,
      region: "us-east-1",
      accountId: "111111111111",
      functions: calls,
      integrations: { "lambda:invoke": lambdaInvoke(calls), ...integrations },
      log: (entry) => logs.push(entry),
      ...rest,
    });
  let states = await open();
  const server = await serve(() => states.service);
  const sfn = client(server.url);
  let machines = 0;

  const lab: Lab = {
    sfn,
    get states() {
      return states;
    },
    dir,
    logs,
    create: async (definition, name = `machine-${++machines}`, type = "STANDARD") => {
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn: ROLE, type }),
      );
      return stateMachineArn ?? "";
    },
    start: async (stateMachineArn, input = {}, name) => {
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({
          stateMachineArn,
          input: JSON.stringify(input),
          ...(name ? { name } : {}),
        }),
      );
      return executionArn ?? "";
    },
    finish: async (arn) => {
      const execution = await until(async () => {
        const described = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
        return described.status === "RUNNING" ? undefined : described;
      });
      const output = execution.output === undefined ? undefined : (JSON.parse(execution.output) as unknown);
      return { arn, execution, output, events: await lab.history(arn) };
    },
    history: async (executionArn) => {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }),
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return events;
    },
    seen: (executionArn, type, times = 1) =>
      until(async () => {
        const events = await lab.history(executionArn);
        return events.filter((event) => event.type === type).length >= times ? events : undefined;
      }),
    run: async (definition, input) => lab.finish(await lab.start(await lab.create(definition), input)),
    restart: async () => {
      await states.close();
      states = await open();
      await states.resume();
    },
    close: async () => {
      await states.close();
      await server.close();
      sfn.destroy();
      if (rest.dir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
  return lab;
}

/** Time that stands still until it is moved. */
export interface TestClock extends Clock {
  advance(ms: number): void;
  /** How many wait for a time. */
  readonly waiting: number;
  /** The instants that are waited for. */
  readonly instants: number[];
}

export function testClock(start = Date.parse("2026-01-01T00:00:00Z")): TestClock {
  let now = start;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    advance: (ms) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { run } of due) run();
    },
    get waiting() {
      return timers.length;
    },
    get instants() {
      return timers.map(({ at }) => at);
    },
  };
}

/** Time that jumps to whatever is waited for next, as soon as anything is. Never use it with work that takes time. */
export function eagerClock(start = Date.parse("2026-01-01T00:00:00Z")): Clock {
  let now = start;
  return {
    now: () => now,
    after: (delayMs, run) => {
      const at = now + delayMs;
      const timer = setTimeout(
        () => {
          now = Math.max(now, at);
          run();
        },
        Math.min(delayMs, 1),
      );
      return () => {
        clearTimeout(timer);
      };
    },
  };
}

/** Asks until there is an answer. */
export async function until<Answer>(
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  deadlineMs = 20_000,
): Promise<Answer> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`No answer within ${deadlineMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A machine in JSONata. */
export const machine = (States: object, more: object = {}) => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});

/** The shortest machine around one state. */
export const single = (state: object) => machine({ Only: { ...state, End: true } });

export const fn = (name: string) => `arn:aws:lambda:us-east-1:111111111111:function:${name}`;

export const types = (events: readonly HistoryEvent[]) => events.map(({ type }) => type);
