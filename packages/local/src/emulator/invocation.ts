import { ofType } from "../synth/graph.ts";
import type { Emulator } from "./emulator.ts";

const TYPE = "aws:lambda/invocation:Invocation";

/** Functions that a deployment invokes, such as one that brings a schema up to date. Here each start invokes them. */
export const invocation: Emulator = {
  label: "migrations",
  types: [TYPE],
  async start(graph, machine) {
    return {
      deploy: async () => {
        for (const { name, inputs } of ofType(graph, TYPE)) {
          const { functionName, input = "{}" } = inputs as { functionName: string; input?: string };
          const outcome = await machine.services
            .get("functions")
            .invoke(functionName, input, { signal: new AbortController().signal });
          if (outcome.ok) continue;
          const { errorMessage } = JSON.parse(outcome.payload) as { errorMessage?: string };
          throw new Error(
            `The deployment's invocation "${name}" of ${functionName} failed: ${errorMessage ?? outcome.payload}`,
          );
        }
      },
      stop: async () => undefined,
    };
  },
};
