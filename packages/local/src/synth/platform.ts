import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The parts of Pulumi's Node.js runtime that a synthesis stands on; the package's own types do not cover its inside. */
export interface PulumiRuntime {
  /** Puts a monitor in place of the engine, as `@pulumi/pulumi/runtime/mocks` does for unit tests. */
  setMocks(mocks: object, project: string, stack: string, preview: boolean): Promise<void>;
  getMonitor(): Monitor;
  runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
  deserializeProperties(struct: unknown): Properties;
  serializeProperties(label: string, properties: object): Promise<Properties>;
  newStruct(properties: Properties): unknown;
  newRegisterResponse(): ResourceResponse;
  newReadResponse(): ResourceResponse;
  newInvokeResponse(): { setReturn(struct: unknown): void };
}

export type Properties = Record<string, unknown>;
export type Callback = (error: Error | null, response?: unknown) => void;

/** The engine's side of the protocol. Requests and responses are protobuf messages. */
export interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
  readResource(request: ReadRequest, callback: Callback): Promise<void>;
  invoke(request: InvokeRequest, callback: Callback): Promise<void>;
  registerResourceOutputs(request: { getUrn(): string; getOutputs(): unknown }, callback: Callback): void;
}

export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): unknown;
  getProtect(): boolean;
  getRetainondelete(): boolean | undefined;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getProvider(): string;
}

export interface ReadRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getId(): string;
  getProperties(): unknown;
}

export interface InvokeRequest {
  getTok(): string;
  getArgs(): unknown;
}

export interface ResourceResponse {
  setUrn(urn: string): void;
  setId?(id: string): void;
  setObject?(struct: unknown): void;
  setProperties?(struct: unknown): void;
}

/** Where `sst install` unpacks SST's platform. Says what to do when it has not run. */
export function platformFolder(root: string): string {
  const folder = join(root, ".sst", "platform");
  if (existsSync(join(folder, "node_modules", "@pulumi", "pulumi"))) return folder;
  throw new Error(`SST's platform is not installed below ${root}. Run \`npx sst install\` there first.`);
}

/** Loads the Pulumi runtime that SST's components use: the same module instance, or nothing would meet. */
export function loadRuntime(platform: string): PulumiRuntime {
  const require = createRequire(join(platform, "package.json"));
  const pulumi = require("@pulumi/pulumi") as { runtime: PulumiRuntime };
  const rpc = require("@pulumi/pulumi/runtime/rpc") as PulumiRuntime;
  const settings = require("@pulumi/pulumi/runtime/settings") as PulumiRuntime;
  const resources = require("@pulumi/pulumi/proto/resource_pb") as Record<string, new () => ResourceResponse>;
  const providers = require("@pulumi/pulumi/proto/provider_pb") as Record<
    string,
    new () => { setReturn(struct: unknown): void }
  >;
  const structs = require("google-protobuf/google/protobuf/struct_pb") as {
    Struct: { fromJavaScript(value: Properties): unknown };
  };
  return {
    setMocks: (...args) => pulumi.runtime.setMocks(...args),
    getMonitor: () => settings.getMonitor(),
    runInPulumiStack: (program) => pulumi.runtime.runInPulumiStack(program),
    deserializeProperties: (struct) => rpc.deserializeProperties(struct),
    serializeProperties: (label, properties) => rpc.serializeProperties(label, properties),
    newStruct: (properties) => structs.Struct.fromJavaScript(properties),
    newRegisterResponse: () => construct(resources, "RegisterResourceResponse"),
    newReadResponse: () => construct(resources, "ReadResourceResponse"),
    newInvokeResponse: () => construct(providers, "InvokeResponse"),
  };
}

function construct<Message>(module: Record<string, new () => Message>, name: string): Message {
  const Constructor = module[name];
  if (!Constructor)
    throw new Error(`@pulumi/pulumi has no message "${name}": its version is not the one that SST pins.`);
  return new Constructor();
}
