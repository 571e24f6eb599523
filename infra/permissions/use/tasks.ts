import type { Graph, Resource } from "../../../packages/local/src/synth/graph.ts";
import { type Links, need, type Need } from "./needs.ts";

interface Container {
  readonly image: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly valueFrom: string }[];
  readonly logConfiguration: { readonly options: Readonly<Record<string, string>> };
}

function containersOf(definition: Resource): Container[] {
  return JSON.parse(definition.inputs.containerDefinitions as string) as Container[];
}

/** The links of a task stand in its environment, one variable each. */
export function linksOf(definition: Resource): Links {
  const prefix = "SST_RESOURCE_";
  const variables = containersOf(definition).flatMap(({ environment }) => environment);
  const links = variables.filter(({ name }) => name.startsWith(prefix) && name !== `${prefix}App`);
  return Object.fromEntries(
    links.map(({ name, value }) => [name.slice(prefix.length), JSON.parse(value) as Record<string, unknown>]),
  );
}

/**
 * What ECS does for a task before it runs: fetches its image, opens its log, hands it its secrets.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function needsOfStart(definition: Resource): Need[] {
  const [, , , region, account] = String(definition.outputs.arn).split(":");
  return containersOf(definition).flatMap(({ image, secrets, logConfiguration: { options } }) => {
    const [, repository = ""] = /\.amazonaws\.com\/([^@:]+)/.exec(image) ?? [];
    const images = `arn:aws:ecr:${region}:${account}:repository/${repository}`;
    const log = `arn:aws:logs:${region}:${account}:log-group:${options["awslogs-group"]}:log-stream:any`;
    return [
      need("ecr:GetAuthorizationToken", "*"),
      ...["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"].map(
        (action) => need(action, images),
      ),
      ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => need(action, log)),
      ...secrets.map(({ valueFrom }) => need("secretsmanager:GetSecretValue", valueFrom)),
    ];
  });
}

/** The module that a task's program begins with: `src/main.ts`, of the component's command for development. */
export function entryOf(definition: Resource, graph: Graph): string {
  const component = graph.resources.find(({ urn }) => urn === definition.parent);
  const { directory, command } = component?.outputs._task as { directory: string; command: string };
  const [file] = /\S+\.ts$/.exec(command) ?? [];
  if (!file) throw new Error(`The command of ${definition.name} starts no module: ${command}`);
  return `${directory}/${file}`;
}
