import { type HistoryEvent, InvalidDefinition } from "@aws-sdk/client-sfn";
import { type Integration, TaskError } from "../../src/emulator/states/integration.ts";
import { type Fn, type Lab, openLab, Raised, service } from "./harness.ts";

/** A case of the recordings, as its comparator hands it over. */
export interface Case {
  readonly definition: object;
  readonly input: unknown;
  readonly lambdas: Readonly<Record<string, Behaviour>>;
  readonly services: Readonly<Record<string, Behaviour>>;
  /** The case itself, which may say what type of machine it is about. */
  readonly case?: { readonly type?: string };
}

type Behaviour =
  | "echo"
  | { readonly returns: unknown }
  | { readonly returnsRepeat: { readonly text: string; readonly count: number } }
  | {
      readonly raises: {
        readonly errorType: string;
        readonly errorMessage: string;
        readonly payload: object;
      };
    }
  | { readonly fails: { readonly error: string; readonly cause?: string } }
  | { readonly hangs: number }
  | { readonly object: { readonly Body: string } };

export interface Answer {
  readonly status?: string | undefined;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly events?: readonly HistoryEvent[];
  readonly definitionError?: string;
}

/** Runs a case through the real API and answers what AWS would. */
export default async function adapt({
  definition,
  input,
  lambdas,
  services,
  case: recorded,
}: Case): Promise<Answer> {
  const functions = Object.fromEntries(
    Object.entries(lambdas).map(([name, behaviour]) => [name, play(behaviour)]),
  );
  const lab = await openLab({ functions, integrations: integrationsOf(services) });
  try {
    return await execute(lab, definition, input, recorded?.type === "EXPRESS" ? "EXPRESS" : "STANDARD");
  } finally {
    await lab.close();
  }
}

async function execute(
  lab: Lab,
  definition: object,
  input: unknown,
  type: "STANDARD" | "EXPRESS",
): Promise<Answer> {
  try {
    const arn = await lab.start(await lab.create(definition, "recorded", type), input);
    const { execution, output, events } = await lab.finish(arn);
    const { status, error, cause } = execution;
    return { status, output, error, cause, events };
  } catch (error) {
    if (error instanceof InvalidDefinition) return { definitionError: error.message };
    throw error;
  }
}

/** Keys are resources: `arn:aws:states:::ecs:runTask.sync`. */
function integrationsOf(services: Case["services"]): Record<string, Integration> {
  const names = Object.entries(services).map(([arn, behaviour]) => {
    const [name = "", suffix] = arn.split(":::")[1]?.split(".") ?? [];
    const run = play(behaviour);
    return [
      name,
      suffix === "sync" ? service(() => ({ Failures: [], Tasks: [] }), run) : service(run),
    ] as const;
  });
  return Object.fromEntries(names);
}

function play(behaviour: Behaviour): Fn {
  if (behaviour === "echo") return (input) => input;
  if ("returns" in behaviour) return () => behaviour.returns;
  if ("returnsRepeat" in behaviour) {
    return () => behaviour.returnsRepeat.text.repeat(behaviour.returnsRepeat.count);
  }
  if ("object" in behaviour) return () => behaviour.object;
  if ("hangs" in behaviour) return (_input, signal) => hang(signal);
  if ("raises" in behaviour) {
    const { errorType, errorMessage, payload } = behaviour.raises;
    return () => {
      throw new Raised(errorType, errorMessage, JSON.stringify(payload));
    };
  }
  if ("fails" in behaviour) {
    return () => {
      throw new TaskError(behaviour.fails.error, behaviour.fails.cause);
    };
  }
  throw new Error(`The recordings have a behaviour that is unknown here: ${JSON.stringify(behaviour)}`);
}

function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("aborted"));
    });
  });
}
