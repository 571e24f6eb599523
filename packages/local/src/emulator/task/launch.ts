import type { Child } from "../../runner/supervisor.ts";
import type { Machine } from "../emulator.ts";
import type { TaskDefinition } from "./definition.ts";
import { onThisMachine } from "../mounts.ts";
import { createDisk, type Disk } from "./mounts.ts";
import type { ContainerOverride, RunTaskInput } from "./shapes.ts";

/** Starts a task's process, on a disk of its own that goes with it. */
export async function launchProcess(
  definition: TaskDefinition,
  input: RunTaskInput,
  taskArn: string,
  machine: Machine,
): Promise<Child> {
  const override = input.overrides?.containerOverrides?.find(({ name }) => name === definition.container);
  const id = taskArn.split("/").pop() ?? "";
  const disk = createDisk(definition.disk, id, machine.state);
  const removeDisk = async () => {
    // What becomes of the disk changes nothing about how the task ended.
    await disk.remove().catch((error: unknown) => {
      machine.log({
        level: "warn",
        source: "tasks",
        message: `The disk of task ${id} could not be removed: ${String(error)}`,
      });
    });
  };
  try {
    const child = await machine.supervisor.start({
      name: `task ${definition.container} ${id}`,
      ...commandLine(definition, override),
      cwd: definition.directory,
      env: {
        TMPDIR: disk.temporary,
        ...taskEnvironment(onDisk(definition, disk), taskArn, machine),
        ...(await secretsOf(definition, machine)),
        ...overridden(override),
      },
      onOutput: machine.log.output(`${definition.container}-${id}`),
    });
    return { ...child, exited: child.exited.finally(removeDisk) };
  } catch (error) {
    await removeDisk();
    throw error;
  }
}

/** The definition as the task on this disk sees it. */
function onDisk(definition: TaskDefinition, { mounts }: Disk): TaskDefinition {
  const entries = Object.entries(definition.environment).map(([name, value]) => [
    name,
    onThisMachine(value, mounts),
  ]);
  return { ...definition, environment: Object.fromEntries(entries) as Record<string, string> };
}

function commandLine(
  definition: TaskDefinition,
  override: ContainerOverride | undefined,
): { command: string; args: string[] } {
  const [command, ...args] = override?.command ?? [];
  if (command) return { command, args };
  // A plain program is started as it is, so that it is the process that gets the signals and whose code is the exit code.
  if (PLAIN_COMMAND.test(definition.command)) return split(definition.command);
  return { command: "/bin/sh", args: ["-c", definition.command] };
}

const PLAIN_COMMAND = /^[\w./@=:-]+( [\w./@=:-]+)*$/;

function split(text: string): { command: string; args: string[] } {
  const [command = "", ...args] = text.split(" ");
  return { command, args };
}

const overridden = (override: ContainerOverride | undefined) =>
  Object.fromEntries((override?.environment ?? []).map(({ name, value }) => [name, value]));

/** What a container would find: its own variables, its role's credentials, and what the image brings along. */
function taskEnvironment(
  definition: TaskDefinition,
  taskArn: string,
  machine: Machine,
): Record<string, string> {
  const { accessKeyId, secretAccessKey } = machine.credentials.issue(definition.role);
  return {
    PATH: `${process.execPath.replace(/\/[^/]*$/, "")}:${process.env.PATH ?? "/usr/bin:/bin"}`,
    HOME: process.env.HOME ?? "/tmp",
    LANG: "C.UTF-8",
    // Outside of the task's disk: what one task has compiled, the next one need not.
    NODE_COMPILE_CACHE: machine.state.folder("compiled"),
    NODE_EXTRA_CA_CERTS: machine.certificates.authority,
    AWS_REGION: machine.region,
    AWS_DEFAULT_REGION: machine.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: machine.endpointUrl,
    ECS_TASK_ARN: taskArn,
    ...definition.environment,
  };
}

async function secretsOf(definition: TaskDefinition, machine: Machine): Promise<Record<string, string>> {
  const read = async ({ name, valueFrom }: TaskDefinition["secrets"][number]) => [
    name,
    await machine.services.get("secrets").valueFrom(valueFrom),
  ];
  return Object.fromEntries(await Promise.all(definition.secrets.map(read))) as Record<string, string>;
}
