import { join, resolve } from "node:path";
import { createCredentials } from "../aws/credentials.ts";
import { nameApis } from "../emulator/api/api.ts";
import { nameDistributions } from "../emulator/cdn/cdn.ts";
import { COMMAND, runCommand } from "../emulator/command.ts";
import type { Completion, Emulator, Machine, Running } from "../emulator/emulator.ts";
import { EMULATORS } from "../emulator/registry.ts";
import { createServices } from "../emulator/services.ts";
import type { Graph } from "../synth/graph.ts";
import { ACCOUNT_ID } from "../synth/protocol.ts";
import { synthesize } from "../synth/synthesize.ts";
import { fingerprint } from "./fingerprint.ts";
import { graphOf } from "./graph-cache.ts";
import { acquireLock } from "./lock.ts";
import { createLog, type Entry } from "./log.ts";
import { createNames } from "./names.ts";
import { plan } from "./plan.ts";
import { createPorts } from "./ports.ts";
import { openState } from "./state.ts";
import { createSupervisor } from "./supervisor.ts";
import { openCertificates } from "./tls.ts";

export interface StartOptions {
  /** The folder that holds `sst.config.ts`. */
  readonly root: string;
  /** Default: `local`. */
  readonly stage?: string;
  /** The port of the app's own address, or an error when it is taken. Default: 3000, or a free one. */
  readonly port?: number;
  /** Where data, logs and certificates are kept. Default: `.local` below the root. */
  readonly stateFolder?: string;
  /** What is being started now, for people. */
  readonly onStep?: (step: string) => void;
  /** Every entry of the log, as it is written. */
  readonly onEntry?: (entry: Entry) => void;
}

export interface App {
  /** What the config's run() returned, with addresses of this machine. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly graph: Graph;
  /** `AWS_ENDPOINT_URL` for the AWS SDK and CLI. */
  readonly endpointUrl: string;
  readonly region: string;
  /** Credentials that may do everything here, for people. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly stateFolder: string;
  readonly logFolder: string;
  /** Ends everything within about five seconds. Data stays. */
  stop(): Promise<void>;
}

/** Starts the whole app on this machine, from the infrastructure it declares. Continues on the data of the last run. */
export async function startApp(options: StartOptions): Promise<App> {
  const root = resolve(options.root);
  const state = openState(options.stateFolder ?? join(root, ".local"));
  const lock = await acquireLock(state);
  const log = createLog(state.folder("logs"), options.onEntry ?? (() => undefined));
  const supervisor = createSupervisor(state);
  const ports = createPorts(state);
  const ends: (() => Promise<void>)[] = [
    async () => {
      lock.release();
    },
    () => log.close(),
    () => ports.releaseAll(),
    () => supervisor.close(1),
  ];
  const stop = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  };
  try {
    const base = { root, state, log, supervisor, ports, port: options.port };
    const { machine, graph } = await prepare(base, options);
    const emulators = plan(graph, EMULATORS);
    await run(emulators, graph, machine, ends, options);
    await ports.releaseAll(); // of servers that an older graph had and this one has not
    const outputs = machine.services.get("names").localize(graph.outputs);
    lock.publish(String(Object.values(outputs)[0]));
    const credentials = machine.credentials.issue(`arn:aws:iam::${ACCOUNT_ID}:root`);
    return {
      outputs,
      graph,
      endpointUrl: machine.endpointUrl,
      region: machine.region,
      credentials,
      stateFolder: state.path,
      logFolder: log.folder,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Base = Pick<Machine, "root" | "state" | "log" | "supervisor" | "ports" | "port">;

/** Everything that is needed before the first server: certificates, ports, names, and the graph that they are part of. */
async function prepare(base: Base, options: StartOptions): Promise<{ machine: Machine; graph: Graph }> {
  const services = createServices();
  services.provide("names", createNames());
  const endpointPort = await base.ports.take("aws");
  const certificates = await openCertificates(base.state);
  const draft = {
    ...base,
    services,
    certificates,
    accountId: ACCOUNT_ID,
    region: "",
    credentials: createCredentials(base.state.seed),
    fingerprint: fingerprint(base.root),
    endpointUrl: `http://127.0.0.1:${endpointPort}`,
  } satisfies Machine;
  options.onStep?.("Reading the infrastructure");
  const graph = await readGraph(draft, options.stage ?? "local");
  const machine: Machine = { ...draft, region: graph.app.providers.aws.region };
  await nameDistributions(graph, machine);
  await nameApis(graph, machine);
  return { machine, graph };
}

function readGraph(machine: Machine, stage: string): Promise<Graph> {
  const { root, state } = machine;
  const outputs = completions(machine);
  return graphOf({
    state,
    fingerprint: `${stage} ${machine.fingerprint}`,
    completions: outputs,
    commands: new Set([COMMAND]),
    make: () => synthesize({ root, stage, seed: state.seed, outputs }),
  });
}

function completions(machine: Machine) {
  const all: Record<string, Completion> = { [COMMAND]: (resource, { root }) => runCommand(resource, root) };
  for (const { complete } of EMULATORS) Object.assign(all, complete);
  return Object.fromEntries(
    Object.entries(all).map(([type, complete]) => [
      type,
      (resource: Parameters<Completion>[0]) => complete(resource, machine),
    ]),
  );
}

async function run(
  emulators: readonly Emulator[],
  graph: Graph,
  machine: Machine,
  ends: (() => Promise<void>)[],
  options: StartOptions,
): Promise<void> {
  const running: Running[] = [];
  for (const emulator of emulators) {
    options.onStep?.(`Starting ${emulator.label}`);
    const started = await emulator.start(graph, machine);
    running.push(started);
    ends.push(() => started.stop());
    await started.deploy?.();
  }
  for (const started of running) await started.ready?.();
}
