import type { Registration } from "./answers/context.ts";
import { INVOKES } from "./answers/invokes.ts";
import { LOOKUPS, RESOURCES } from "./answers/resources.ts";
import type { Resource, ResourceOptions } from "./graph.ts";
import type { Callback, Properties, PulumiRuntime, RegisterRequest } from "./platform.ts";

export interface EngineOptions {
  readonly project: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  readonly seed: string;
  /** Completes the outputs of a resource, for the types that the caller wants to be asked about. */
  readonly ask: (registration: Registration) => Promise<Properties>;
}

/** Puts itself in place of Pulumi's engine: records what is registered and answers as AWS would. */
export async function installEngine(runtime: PulumiRuntime, options: EngineOptions): Promise<Resource[]> {
  const resources: Resource[] = [];
  await runtime.setMocks({}, options.project, options.stage, false);
  const monitor = runtime.getMonitor();
  const context = { runtime, options, resources };

  monitor.registerResource = (request, callback) => reply(callback, () => register(context, request));
  monitor.readResource = (request, callback) =>
    reply(callback, async () => {
      const identity = identify(options, request.getType(), request.getName(), request.getParent());
      const inputs = runtime.deserializeProperties(request.getProperties());
      const state = { ...inputs, ...lookUp({ ...identity, inputs }, request.getId()) };
      const response = runtime.newReadResponse();
      response.setUrn(identity.urn);
      response.setProperties?.(await toStruct(runtime, state));
      return response;
    });
  monitor.invoke = (request, callback) =>
    reply(callback, async () => {
      const response = runtime.newInvokeResponse();
      response.setReturn(
        await toStruct(
          runtime,
          answerInvoke(request.getTok(), reveal(runtime.deserializeProperties(request.getArgs())), options),
        ),
      );
      return response;
    });
  monitor.registerResourceOutputs = (request, callback) => {
    const index = resources.findIndex(({ urn }) => urn === request.getUrn());
    const resource = resources[index];
    if (resource)
      resources[index] = {
        ...resource,
        outputs: reveal(runtime.deserializeProperties(request.getOutputs())),
      };
    callback(null, {});
  };
  return resources;
}

/** The protocol marks a secret with this key; its value stands beside it. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** The same value with every secret in clear: a graph is read by programs that must see what a deployment would send. */
function reveal<Value>(value: Value): Value;
function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => reveal(item));
  if (value === null || typeof value !== "object") return value;
  if (SECRET in value && "value" in value) return reveal(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
}

async function reply(callback: Callback, work: () => Promise<unknown>): Promise<void> {
  try {
    callback(null, await work());
  } catch (error) {
    // The engine's errors come by gRPC, and Pulumi's runtime shows of some of them only what that calls the details.
    const failure = error as Error;
    callback(Object.assign(failure, { details: failure.message }));
  }
}

interface Context {
  readonly runtime: PulumiRuntime;
  readonly options: EngineOptions;
  readonly resources: Resource[];
}

async function register({ runtime, options, resources }: Context, request: RegisterRequest) {
  const region = regionOf(request.getProvider(), resources) ?? options.region;
  const place = { ...options, region };
  const identity = identify(place, request.getType(), request.getName(), request.getParent());
  const inputs = reveal(runtime.deserializeProperties(request.getObject()));
  const { id, outputs } = request.getCustom()
    ? await create({ ...identity, inputs }, options)
    : { id: undefined, outputs: inputs };
  const { type, name, urn } = identity;
  resources.push({
    type,
    name,
    urn,
    parent: request.getParent() || undefined,
    inputs,
    outputs,
    id,
    options: optionsOf(request),
  });
  const response = runtime.newRegisterResponse();
  response.setUrn(urn);
  response.setId?.(id ?? "");
  response.setObject?.(await toStruct(runtime, outputs));
  return response;
}

/** What a distribution needs is made in us-east-1, by a provider of its own, which is a resource as well. */
function regionOf(provider: string, resources: readonly Resource[]): string | undefined {
  const found = resources.find(
    ({ type, urn }) => type === "pulumi:providers:aws" && provider.startsWith(`${urn}::`),
  );
  const region = found?.inputs.region;
  return typeof region === "string" ? region : undefined;
}

async function toStruct(runtime: PulumiRuntime, properties: object) {
  return runtime.newStruct(await runtime.serializeProperties("", properties));
}

/** The engine leaves the stack itself out of the types in its children's URNs. */
function identify(options: EngineOptions, type: string, name: string, parent: string) {
  const parentType = parent.split("::")[2]?.split("$").pop();
  const qualified = parentType && parentType !== "pulumi:pulumi:Stack" ? `${parentType}$${type}` : type;
  const { project, stage, region, accountId, seed } = options;
  return {
    type,
    name,
    urn: `urn:pulumi:${stage}::${project}::${qualified}::${name}`,
    region,
    accountId,
    seed,
  };
}

async function create(registration: Registration, options: EngineOptions) {
  const { type, name, inputs } = registration;
  if (type.startsWith("pulumi:providers:")) return { id: name, outputs: inputs };
  const answerer = RESOURCES[type];
  if (!answerer) {
    throw new Error(
      `The offline synthesis does not know the resource type "${type}" (of "${name}"). Add it to answers/resources.ts.`,
    );
  }
  const { id, attributes } = answerer(registration);
  return { id, outputs: { ...inputs, ...attributes, ...(await options.ask(registration)) } };
}

function lookUp(registration: Registration, id: string): Properties {
  const answerer = LOOKUPS[registration.type];
  if (answerer) return answerer(registration, id);
  throw new Error(`The offline synthesis cannot look up an existing "${registration.type}" (id "${id}").`);
}

function answerInvoke(token: string, inputs: Properties, options: EngineOptions): Properties {
  const invoke = INVOKES[token];
  if (!invoke)
    throw new Error(
      `The offline synthesis has no answer to the invoke "${token}". Add one to answers/invokes.ts.`,
    );
  return invoke(inputs, options);
}

function optionsOf(request: RegisterRequest): ResourceOptions {
  return {
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    dependencies: request.getDependenciesList(),
    provider: request.getProvider() || undefined,
  };
}
