import { type Graph, ofType, type Resource } from "../synth/graph.ts";
import type { Emulator } from "./emulator.ts";
import { openSecrets, type SecretSettings } from "./secrets/secrets.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/** Secrets Manager: the declared secrets with the values that the deployment would give them. */
export const secrets: Emulator = {
  label: "secrets",
  types: [SECRET, VERSION],
  async start(graph, machine) {
    const { region, accountId } = machine;
    const opened = await openSecrets({ dir: machine.state.folder("secrets"), region, accountId });
    for (const secret of ofType(graph, SECRET)) opened.putSecret(settingsOf(secret, graph));
    machine.services.provide("secrets", opened);
    return { stop: async () => undefined };
  },
};

function settingsOf({ outputs, inputs }: Resource, graph: Graph): SecretSettings {
  const { arn, name } = outputs as { arn: string; name: string };
  const version = ofType(graph, VERSION).find((candidate) => candidate.inputs.secretId === arn);
  const value = version?.inputs.secretString;
  return {
    arn,
    name,
    ...(typeof inputs.description === "string" && { description: inputs.description }),
    ...(typeof value === "string" && { value }),
  };
}
