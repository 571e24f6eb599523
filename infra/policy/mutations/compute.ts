import { runTasks } from "../read/states.ts";
import { TYPE } from "../types.ts";
import { add, append, type Change, type Draft, edit, first, type Mutation, remove, set } from "./draft.ts";

const { cluster, defaultSecurityGroup, securityGroup, taskDefinition: task } = TYPE;
const container = (path: string) => `containerDefinitions.0.${path}`;
const EVERYBODY = { cidrIpv4: "0.0.0.0/0", description: "Everybody" };

/** Mistakes with tasks and the network: P26-P44. */
export const COMPUTE: readonly Mutation[] = [
  ["P26", "mounts without TLS", set(task, "volumes.0.efsVolumeConfiguration.transitEncryption", "DISABLED")],
  [
    "P26",
    "mounts without a role",
    set(task, "volumes.0.efsVolumeConfiguration.authorizationConfig.iam", undefined),
  ],
  ["P27", "lets the image be written to", set(task, container("readonlyRootFilesystem"), false)],
  ["P28", "is privileged", set(task, container("privileged"), true)],
  ["P29", "runs as whom the image says", set(task, container("user"), undefined)],
  ["P29", "runs as root by number", set(task, container("user"), "0:10001")],
  [
    "P30",
    "names a password",
    append(task, container("environment"), { name: "DB_PASSWORD", value: "correct horse" }),
  ],
  ["P30", "hides the database's password", hidePassword],
  [
    "P30",
    "writes credentials into a URL",
    append(task, container("environment"), { name: "PEER", value: "redis://a:b@c" }),
  ],
  ["P31", "logs nowhere", set(task, container("logConfiguration.logDriver"), undefined)],
  ["P31", "waits for the log", set(task, container("logConfiguration.options.mode"), "blocking")],
  ["P32", "shares the host's network", set(task, "networkMode", "host")],
  ["P32", "sees the host's processes", set(task, "pidMode", "host")],
  ["P32", "has one role for everything", shareRole],
  ["P33", "keeps its capabilities", set(task, container("linuxParameters.capabilities"), undefined)],
  ["P33", "opens a port", set(task, container("portMappings"), [{ containerPort: 80 }])],
  ["P33", "has 30 seconds to end", set(task, container("stopTimeout"), 30)],
  ["P33", "has a terminal", set(task, container("pseudoTerminal"), true)],
  ["P34", "throws old revisions away", set(task, "skipDestroy", false)],
  [
    "P35",
    "turns Container Insights off",
    set(cluster, ["settings", { name: "containerInsights" }, "value"], "disabled"),
  ],
  ["P36", "gives tasks public addresses", inRunTask("AssignPublicIp", () => "ENABLED")],
  [
    "P37",
    "opens the default group",
    set(defaultSecurityGroup, "ingress", [{ protocol: "-1", self: true, description: "All" }]),
  ],
  ["P37", "leaves the default group as AWS makes it", remove(defaultSecurityGroup)],
  ["P38", "opens HTTPS to the internet", openToInternet],
  ["P38", "opens SSH to the internet of version 6", add(securityGroup, sshFromVersion6())],
  ["P39", "opens the database to the VPC", openDatabase],
  ["P40", "lets tasks go anywhere", letTasksOut({ ipProtocol: "-1", ...EVERYBODY })],
  ["P40", "lets tasks browse", letTasksOut({ ipProtocol: "tcp", fromPort: 443, toPort: 443, ...EVERYBODY })],
  ["P41", "does not say what a group is for", set(securityGroup, "description", "Managed by Pulumi")],
  ["P42", "records no connection", remove(TYPE.flowLog)],
  ["P42", "records what was let through alone", set(TYPE.flowLog, "trafficType", "ACCEPT")],
  [
    "P43",
    "gives public addresses where functions live",
    set(TYPE.subnet, "mapPublicIpOnLaunch", true, /Private/),
  ],
  ["P44", "reaches KMS by the NAT", remove(TYPE.vpcEndpoint, /^kms/i)],
  ["P44", "reaches S3 by the NAT", remove(TYPE.vpcEndpoint, /^s3/i)],
];

/** Waived as they are. */
export const COMPUTE_MENDED: readonly Mutation[] = [
  [
    "P35",
    "logs ECS Exec",
    set(cluster, "configuration.executeCommandConfiguration.logConfiguration", { s3BucketName: "log" }),
  ],
];

function hidePassword(draft: Draft): void {
  const { password } = first(draft, TYPE.instance).inputs;
  append(task, container("environment"), { name: "GREETING", value: `hello ${String(password)}` })(draft);
}

function shareRole(draft: Draft): void {
  set(task, "taskRoleArn", first(draft, task).inputs.executionRoleArn)(draft);
}

function inRunTask(field: string, make: (old: unknown) => unknown): Change {
  return (draft) => {
    const [state] = runTasks(draft);
    if (!state) throw new Error("No state machine runs a task.");
    const path = `${state.property}.Arguments.NetworkConfiguration.AwsvpcConfiguration.${field}`;
    edit(TYPE.stateMachine, path, make)(draft);
  };
}

function openToInternet(draft: Draft): void {
  const { id } = first(draft, securityGroup, /^Endpoints/);
  add(TYPE.ingressRule, { ipProtocol: "tcp", fromPort: 443, toPort: 443, securityGroupId: id, ...EVERYBODY })(
    draft,
  );
}

function sshFromVersion6() {
  const rule = { protocol: "tcp", fromPort: 22, toPort: 22, ipv6CidrBlocks: ["::/0"], description: "SSH" };
  return { description: "By hand", ingress: [rule] };
}

function openDatabase(draft: Draft): void {
  const [securityGroupId] = first(draft, TYPE.instance).inputs.vpcSecurityGroupIds as string[];
  const rule = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432, description: "The VPC" };
  add(TYPE.ingressRule, { ...rule, securityGroupId, cidrIpv4: "10.0.0.0/16" })(draft);
}

function letTasksOut(rule: Record<string, unknown>): Change {
  return (draft) => {
    add(TYPE.egressRule, { ...rule, securityGroupId: first(draft, securityGroup, /^Tasks/).id })(draft);
  };
}
