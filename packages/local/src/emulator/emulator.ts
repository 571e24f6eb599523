import type { Credentials } from "../aws/credentials.ts";
import type { Log } from "../runner/log.ts";
import type { Ports } from "../runner/ports.ts";
import type { StateFolder } from "../runner/state.ts";
import type { Supervisor } from "../runner/supervisor.ts";
import type { Certificates } from "../runner/tls.ts";
import type { Graph, Resource } from "../synth/graph.ts";
import type { Services } from "./services.ts";

/** What every stand-in works with. */
export interface Machine {
  /** The project's root. */
  readonly root: string;
  readonly region: string;
  readonly accountId: string;
  /** Changes with every file of the project: what was made under another one must be made again. */
  readonly fingerprint: string;
  readonly state: StateFolder;
  readonly ports: Ports;
  readonly log: Log;
  readonly supervisor: Supervisor;
  readonly certificates: Certificates;
  readonly credentials: Credentials;
  /** The port that the app's own address has; undefined leaves the choice to the machine. */
  readonly port: number | undefined;
  /** The one endpoint of all AWS services. */
  readonly endpointUrl: string;
  /** The stand-ins that others call, once they are started. */
  readonly services: Services;
}

/** What a resource answers about itself that only a running machine knows, such as an address. Asked before anything runs. */
export type Completion = (
  resource: Pick<Resource, "type" | "name" | "inputs">,
  machine: Machine,
) => Promise<Readonly<Record<string, unknown>>>;

export interface Running {
  /** What a deployment does once these resources are there, before what comes after them: migrations above all. */
  deploy?(): Promise<void>;
  /** Begins to work: continues what a crash interrupted, starts timers. */
  ready?(): Promise<void>;
  /** Ends it within about three seconds. */
  stop(): Promise<void>;
}

/** A stand-in for one or more resource types. */
export interface Emulator {
  /** For people: `PostgreSQL`, `buckets`. */
  readonly label: string;
  /** The Pulumi types it takes care of, for example `aws:sns/topic:Topic`. */
  readonly types: readonly string[];
  /** Needed by every app, whatever it declares. */
  readonly always?: boolean;
  readonly complete?: Readonly<Record<string, Completion>>;
  start(graph: Graph, machine: Machine): Promise<Running>;
}
