import { type AwsServerOptions, startAwsServer } from "../aws/server.ts";
import type { JsonService } from "../aws/service.ts";
import type { Emulator } from "./emulator.ts";
import { createAuthorizer } from "./permissions.ts";
import type { Services } from "./services.ts";

/** The one address of all AWS services, which `AWS_ENDPOINT_URL` names for every program of the app and for people. */
export const endpoint: Emulator = {
  label: "the AWS endpoint",
  types: [],
  always: true,
  async start(graph, machine) {
    const { region, accountId, credentials, log, services } = machine;
    const [s3, sns, secrets] = [services.find("s3"), services.find("sns"), services.find("secrets")];
    const port = Number(new URL(machine.endpointUrl).port);
    const options: AwsServerOptions = {
      port,
      region,
      accountId,
      credentials,
      log,
      authorize: createAuthorizer(graph, log),
      services: {
        ...(s3 && { s3 }),
        ...(sns && { sns: sns.service }),
        // These start after the endpoint, since what they run calls it.
        lambda: {
          invoke: (name, payload, options) => services.get("functions").invoke(name, payload, options),
          invokeAsync: (name, payload) => services.get("functions").invokeAsync(name, payload),
        },
        json: [...(secrets ? [secrets.service] : []), later(services, STATES), later(services, ECS)],
      },
    };
    const server = await machine.ports.bind(port, () => startAwsServer(options));
    return { stop: () => server.close() };
  },
};

const STATES = {
  key: "states",
  name: "states",
  targetPrefix: "AWSStepFunctions",
  jsonVersion: "1.0",
} as const;
const ECS = {
  key: "tasks",
  name: "ecs",
  targetPrefix: "AmazonEC2ContainerServiceV20141113",
  jsonVersion: "1.1",
} as const;

function later(services: Services, { key, ...identity }: typeof STATES | typeof ECS): JsonService {
  return {
    ...identity,
    get operations() {
      return services.get(key).service.operations;
    },
    resource: (operation, input) => services.get(key).service.resource?.(operation, input) ?? "*",
  };
}
