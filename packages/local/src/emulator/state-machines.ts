import { ofType } from "../synth/graph.ts";
import type { Emulator, Machine } from "./emulator.ts";
import { lambdaInvoke } from "./states/task/lambda.ts";
import { openStates } from "./states/states.ts";
import { ecsIntegration } from "./task/integration.ts";

const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** Step Functions: the declared state machines, run by the interpreter. */
export const stateMachines: Emulator = {
  label: "state machines",
  types: [STATE_MACHINE],
  async start(graph, machine) {
    const { region, accountId, services } = machine;
    const functions = services.get("functions");
    const states = await openStates({
      dir: machine.state.folder("states"),
      region,
      accountId,
      functions,
      integrations: {
        "lambda:invoke": lambdaInvoke(functions),
        "ecs:runTask": ecsIntegration(services.get("tasks")),
        "sns:publish": services.get("sns").integration,
      },
      log: (entry) => {
        machine.log({ source: "states", ...entry });
      },
      onExecution: (change) => {
        report(change, machine);
      },
    });
    services.provide("states", states);
    for (const { inputs, outputs } of ofType(graph, STATE_MACHINE)) {
      const { name, definition, roleArn, type } = inputs as {
        name: string;
        definition: string;
        roleArn: string;
        type: "STANDARD" | "EXPRESS";
      };
      await states.putStateMachine({ name, arn: outputs.arn as string, definition, roleArn, type });
    }
    return { ready: () => states.resume(), stop: () => states.close() };
  },
};

function report(
  { executionArn, status, stateName }: { executionArn: string; status: string; stateName?: string },
  { log }: Machine,
): void {
  const name = executionArn.split(":").pop() ?? executionArn;
  log({
    level: "info",
    source: "states",
    message: `${name} is ${status}${stateName ? ` in ${stateName}` : ""}`,
    executionArn,
    status,
  });
}
