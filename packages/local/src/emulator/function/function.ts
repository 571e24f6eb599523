import type { FunctionSpec, Graph, Resource } from "../../synth/graph.ts";
import { ofType } from "../../synth/graph.ts";
import type { Emulator, Machine } from "../emulator.ts";
import { findAccessPoint, mountedFolder, type Mounts, onThisMachine } from "../mounts.ts";
import { eventsOf } from "./events.ts";
import { type Built, buildChangedFunctions } from "./build.ts";
import { createHost, type HostedFunction } from "./host.ts";

const TYPE = "aws:lambda/function:Function";
/** More processes than this help no machine that people work on. */
const MOST_ENVIRONMENTS = 8;

/** Lambda: every function in processes of its own, with the links and the environment that infrastructure gives it. */
export const functions: Emulator = {
  label: "functions",
  types: [TYPE, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"],
  async start(graph, machine) {
    const resources = ofType(graph, TYPE).map((resource) => ({
      resource,
      spec: specOf(resource, graph, machine),
    }));
    const specs = resources.map(({ spec }) => spec);
    const built = await buildChangedFunctions(
      specs,
      machine.root,
      machine.state.folder("functions"),
      machine.fingerprint,
    );
    const hosted = resources.map(({ resource, spec }) => ({
      ...host(resource, found(built, spec), mountsOf(resource, graph, machine), machine),
      events: eventsOf(resource, graph, machine),
    }));
    const warn = (message: string) => {
      machine.log({ level: "error", source: "lambda", message });
    };
    const running = createHost(hosted, warn);
    machine.services.provide("functions", running);
    return {
      stop: async () => {
        running.stop();
      },
    };
  },
};

function specOf(resource: Resource, graph: Graph, machine: Machine): FunctionSpec {
  const spec = graph.functions.find(({ functionID }) => `${functionID}Function` === resource.name);
  if (!spec)
    throw new Error(
      `The function ${resource.name} was made by no SST component, so nothing says what its code is.`,
    );
  return { ...spec, links: machine.services.get("names").localize(spec.links) };
}

function found(built: Map<string, Built>, { functionID }: FunctionSpec): Built {
  const result = built.get(functionID);
  if (!result) throw new Error(`The function "${functionID}" was not built.`);
  return result;
}

/** A function mounts at most one file system, through an access point. */
function mountsOf({ name, inputs }: Resource, graph: Graph, machine: Machine): Mounts {
  const { arn, localMountPath } = (inputs.fileSystemConfig ?? {}) as {
    arn?: string;
    localMountPath?: string;
  };
  if (arn === undefined || localMountPath === undefined) return new Map();
  const point = findAccessPoint(graph, arn);
  if (!point)
    throw new Error(`The function ${name} mounts the access point ${arn}, which the app does not have.`);
  return new Map([[localMountPath, mountedFolder(point.inputs.fileSystemId as string, point, machine)]]);
}

function host(
  resource: Resource,
  built: Built,
  mounts: Mounts,
  machine: Machine,
): Omit<HostedFunction, "events"> {
  const inputs = resource.inputs as {
    name: string;
    memorySize: number;
    timeout: number;
    role: string;
    reservedConcurrentExecutions?: number;
    environment?: { variables?: Record<string, string> };
  };
  const arn = resource.outputs.arn as string;
  return {
    name: resource.name,
    arn,
    folder: built.folder,
    memoryMegabytes: inputs.memorySize,
    timeoutSeconds: inputs.timeout,
    concurrency: Math.min(inputs.reservedConcurrentExecutions ?? MOST_ENVIRONMENTS, MOST_ENVIRONMENTS),
    output: machine.log.output(resource.name),
    env: {
      ...runtimeEnvironment(resource, built, machine),
      ...own(inputs.environment?.variables ?? {}, mounts, machine),
    },
  };
}

/** What Lambda sets for every function. The home folder and the path are the least that Node.js programs expect. */
function runtimeEnvironment(resource: Resource, built: Built, machine: Machine): Record<string, string> {
  const { name, memorySize, role } = resource.inputs as { name: string; memorySize: number; role: string };
  const { accessKeyId, secretAccessKey } = machine.credentials.issue(role);
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    HOME: "/tmp",
    _HANDLER: built.handler,
    LAMBDA_TASK_ROOT: built.folder,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_EXECUTION_ENV: `AWS_Lambda_${String(resource.inputs.runtime)}`,
    AWS_REGION: machine.region,
    AWS_DEFAULT_REGION: machine.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: machine.endpointUrl,
    SST_LOCAL_FUNCTION_ARN: resource.outputs.arn as string,
  };
}

/** A file of Lambda's runtime that a variable names: the authorities that AWS's own servers are signed by. */
const RUNTIME_AUTHORITIES = "/var/runtime/ca-cert.pem";

function own(variables: Record<string, string>, mounts: Mounts, machine: Machine): Record<string, string> {
  const localized = machine.services.get("names").localize(variables);
  const entries = Object.entries(localized).map(([name, value]) => [
    name,
    value === RUNTIME_AUTHORITIES ? machine.certificates.authority : onThisMachine(value, mounts),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
