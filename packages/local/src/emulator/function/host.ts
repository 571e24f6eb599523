import { TaskError, type FunctionOutcome, type Functions } from "../states/integration.ts";
import type { EventSettings } from "./events.ts";
import { type Instance, type InstanceOptions, startInstance } from "./instance.ts";

export interface HostedFunction extends InstanceOptions {
  readonly arn: string;
  /** How many environments may run at once; more callers wait for one. */
  readonly concurrency: number;
  readonly events: EventSettings;
}

/** The functions of the app, ready to be invoked by name or ARN. */
export interface FunctionHost extends Functions {
  /** An asynchronous invocation, as of an event source: tried again, then given up with an entry in the log, and kept. */
  invokeAsync(function_: string, payload: string): Promise<void>;
  stop(): void;
}

/** Lambda's limits of a request or a response of a synchronous invocation. */
const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;
const IDLE_MS = 5 * 60_000;
/** Lambda waits a minute and two; here a person does. */
const RETRY_DELAYS_MS = [1000, 4000];

export function createHost(
  functions: readonly HostedFunction[],
  warn: (message: string) => void,
): FunctionHost {
  const pools = new Map<string, Pool>();
  for (const fn of functions) {
    const pool = createPool(fn);
    pools.set(fn.arn, pool);
    pools.set(fn.env.AWS_LAMBDA_FUNCTION_NAME ?? fn.name, pool);
  }
  const find = (name: string): Pool => {
    const pool = pools.get(name) ?? pools.get(name.replace(/:(\$LATEST|\d+)$/, ""));
    if (pool) return pool;
    throw new TaskError(
      "Lambda.ResourceNotFoundException",
      `Function not found: ${name} (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException)`,
    );
  };
  let stopped = false;
  const invoke: Functions["invoke"] = async (name, payload, { signal }) => {
    const pool = find(name);
    if (Buffer.byteLength(payload) > PAYLOAD_LIMIT_BYTES)
      throw new TaskError(
        "Lambda.RequestTooLargeException",
        `Request must be smaller than ${PAYLOAD_LIMIT_BYTES} bytes for the InvokeFunction operation`,
      );
    const outcome = limitResponse(await pool.run(payload, signal));
    // Environments that the machine itself ended say nothing about the function.
    if (stopped) throw new TaskError("Lambda.ServiceException", "The machine is shutting down.");
    return outcome;
  };
  const attempt = (name: string, payload: string) =>
    invoke(name, payload, { signal: new AbortController().signal });
  return {
    invoke,
    invokeAsync: async (name, payload) => {
      const { retries, keep } = find(name).events;
      const failed = await tryEvent(() => attempt(name, payload), retries);
      if (!failed) return;
      warn(`${name} failed ${retries + 1} times and its event is given up: ${failed.payload.slice(0, 500)}`);
      await keep?.({ event: payload, response: failed.payload, invocations: retries + 1 }).catch(
        // The event source has done its part; nothing would come of sending the event again.
        (error: unknown) => {
          warn(`The event could not be kept either: ${(error as Error).message}`);
        },
      );
    },
    stop: () => {
      stopped = true;
      for (const pool of pools.values()) pool.stop();
    },
  };
}

/** The last outcome of an event that failed as often as it was tried; undefined when it succeeded. */
async function tryEvent(
  attempt: () => Promise<FunctionOutcome>,
  retries: number,
): Promise<FunctionOutcome | undefined> {
  let outcome = await attempt();
  for (const delayMs of RETRY_DELAYS_MS.slice(0, retries)) {
    if (outcome.ok) return undefined;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    outcome = await attempt();
  }
  return outcome.ok ? undefined : outcome;
}

function limitResponse(outcome: FunctionOutcome): FunctionOutcome {
  if (!outcome.ok || Buffer.byteLength(outcome.payload) <= PAYLOAD_LIMIT_BYTES) return outcome;
  const errorType = "Function.ResponseSizeTooLarge";
  return {
    ok: false,
    errorType,
    payload: JSON.stringify({
      errorType,
      errorMessage: `Response payload size exceeded maximum allowed payload size (${PAYLOAD_LIMIT_BYTES} bytes).`,
    }),
  };
}

interface Pool {
  readonly events: EventSettings;
  run(payload: string, signal: AbortSignal): Promise<FunctionOutcome>;
  stop(): void;
}

/** The environments of one function: idle ones are used again, new ones started up to the limit, callers beyond it wait. */
function createPool(fn: HostedFunction): Pool {
  const all = new Set<Instance>();
  const idle: { instance: Instance; timer: NodeJS.Timeout }[] = [];
  const waiting: ((instance: Instance) => void)[] = [];

  const start = () => {
    const instance = startInstance(fn);
    all.add(instance);
    return instance;
  };
  const take = async (): Promise<Instance> => {
    for (let free = idle.pop(); free; free = idle.pop()) {
      clearTimeout(free.timer);
      if (!free.instance.ended) return free.instance;
      all.delete(free.instance);
    }
    if (all.size < fn.concurrency) return start();
    return new Promise((resolve) => waiting.push(resolve));
  };
  const give = (instance: Instance) => {
    if (instance.ended) all.delete(instance);
    const next = waiting.shift();
    if (next) {
      next(instance.ended ? start() : instance);
      return;
    }
    if (instance.ended) return;
    const timer = setTimeout(() => {
      instance.stop();
      all.delete(instance);
    }, IDLE_MS);
    timer.unref();
    idle.push({ instance, timer });
  };
  return {
    events: fn.events,
    async run(payload, signal) {
      const instance = await take();
      try {
        const answer = await instance.invoke(payload, signal);
        return answer.ok
          ? { ok: true, payload: answer.payload }
          : { ok: false, errorType: errorTypeOf(answer.payload), payload: answer.payload };
      } finally {
        give(instance);
      }
    },
    stop: () => {
      for (const instance of all) instance.stop();
    },
  };
}

function errorTypeOf(payload: string): string {
  return (JSON.parse(payload) as { errorType?: string }).errorType ?? "Error";
}
