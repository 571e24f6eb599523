/** What a synthesis finds: the resources that a deployment would register, and the functions that it would build. */

export interface Resource {
  /** The Pulumi type, for example `aws:sns/topic:Topic`; a component's begins with `sst:`. */
  readonly type: string;
  /** The logical name, unique within its type. */
  readonly name: string;
  readonly urn: string;
  readonly parent: string | undefined;
  /** What the program passed. Secrets are in clear: a graph is to be handled as a secret itself. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What AWS would have answered: inputs plus ARNs, ids and endpoints of the right shape. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly id: string | undefined;
  readonly options: ResourceOptions;
}

export interface ResourceOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly dependencies: readonly string[];
  readonly provider: string | undefined;
}

/** A function as SST asks its bundler to build it. */
export interface FunctionSpec {
  readonly functionID: string;
  /** `path/to/file.export`, from the project's root. */
  readonly handler: string;
  /** A folder that is bundled already, for functions that components bring along. */
  readonly bundle?: string;
  readonly runtime: string;
  /** Base64 of the key that the links' file is encrypted with. */
  readonly encryptionKey: string;
  /** Resolved links: component name to properties. */
  readonly links: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly copyFiles: readonly { readonly from: string; readonly to: string; readonly isDir: boolean }[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly dev: boolean;
}

export interface App {
  readonly name: string;
  readonly stage: string;
  readonly removal: string;
  readonly protect: boolean;
  readonly providers: {
    readonly aws: { readonly region: string } & Readonly<Record<string, unknown>>;
  } & Readonly<Record<string, unknown>>;
  readonly [setting: string]: unknown;
}

export interface Graph {
  readonly app: App;
  readonly dev: boolean;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly functions: readonly FunctionSpec[];
  readonly resources: readonly Resource[];
}

/** All resources of one type, in the order of their registration. */
export function ofType(graph: Pick<Graph, "resources">, type: string): Resource[] {
  return graph.resources.filter((resource) => resource.type === type);
}
