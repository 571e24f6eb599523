import { ofType } from "../synth/graph.ts";
import type { Emulator, Machine } from "./emulator.ts";
import { createHost } from "./function/host.ts";
import type { Integration } from "./states/integration.ts";
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
    // An app without functions has no stand-in for them: whoever is invoked is then not found, as in the cloud.
    const functions = services.find("functions") ?? createHost([], () => undefined);
    const states = await openStates({
      dir: machine.state.folder("states"),
      region,
      accountId,
      functions,
      integrations: integrationsOf(services, functions),
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

/** What the app's machines can call: the services that the app itself declares something of. */
function integrationsOf(
  services: Machine["services"],
  functions: Parameters<typeof lambdaInvoke>[0],
): Record<string, Integration> {
  const [tasks, sns] = [services.find("tasks"), services.find("sns")];
  return {
    "lambda:invoke": lambdaInvoke(functions),
    ...(tasks && { "ecs:runTask": ecsIntegration(tasks) }),
    ...(sns && { "sns:publish": sns.integration }),
  };
}

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
