import { asynchronous } from "../read/functions.ts";
import { TYPE } from "../types.ts";
import { add, append, type Draft, edit, first, type Mutation, remove, set } from "./draft.ts";

const {
  function: lambda,
  method,
  methodSettings,
  permission,
  role,
  stage,
  stateMachine: machine,
  webAcl,
} = TYPE;
const WORKFLOW = /^WorkflowRole$/;
const FIRST_TASK = ["definition", "States"];

/** Mistakes with the workflow, the functions and the API: P55-P71. */
export const FUNCTIONS: readonly Mutation[] = [
  ["P55", "logs errors alone", set(machine, "loggingConfiguration.level", "ERROR")],
  ["P56", "traces no execution", set(machine, "tracingConfiguration.enabled", false)],
  ["P57", "writes SST's name of a field", inTask((state) => ({ ...state, Timeout: 5 }))],
  ["P57", "may run for ever", set(machine, "definition.TimeoutSeconds", undefined)],
  ["P57", "waits for a task for ever", inTask((state) => omit(state, "TimeoutSeconds"))],
  ["P57", "tries once", inTask((state) => omit(state, "Retry"))],
  ["P57", "ends with the first error", inTask((state) => omit(state, "Catch"))],
  ["P57", "ends with the first error of a task", set(machine, "definition.States.Work.Catch", undefined)],
  ["P57", "writes a password into the definition", hidePassword],
  ["P58", "cannot stop tasks", forbid("ecs:StopTask")],
  [
    "P58",
    "writes any rule of EventBridge",
    grant({ Action: "events:PutRule", Resource: "arn:aws:events:eu-west-1:1:rule/x" }),
  ],
  [
    "P58",
    "passes roles to any service",
    grant({ Action: "iam:PassRole", Resource: "arn:aws:iam::1:role/x" }),
  ],
  ["P59", "traces a call when asked", set(lambda, "tracingConfig.mode", "PassThrough")],
  ["P60", "loses an event", loseFailures],
  ["P61", "names a token", set(lambda, "environment.variables.API_TOKEN", "correct horse battery")],
  ["P61", "hides the cache's token", hideToken],
  ["P62", "runs on a runtime that has ended", set(lambda, "runtime", "nodejs20.x")],
  ["P62", "lives in one zone", edit(lambda, "vpcConfig.subnetIds", (ids) => (ids as string[]).slice(0, 1))],
  ["P63", "lets the service of anybody in", set(permission, "sourceArn", undefined)],
  [
    "P63",
    "lets a bucket of anybody in",
    add(permission, { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::box" }),
  ],
  ["P64", "records no call", set(stage, "accessLogSettings", undefined)],
  ["P65", "traces no request", set(stage, "xrayTracingEnabled", false)],
  ["P66", "logs bodies", set(methodSettings, "settings.dataTraceEnabled", true)],
  ["P66", "limits no rate", set(methodSettings, "settings.throttlingRateLimit", undefined)],
  ["P66", "leaves all settings away", remove(methodSettings)],
  ["P67", "takes the firewall away", remove(TYPE.webAclAssociation)],
  ["P68", "adds a method for anybody", add(method, { authorization: "NONE", httpMethod: "PUT" })],
  ["P69", "speaks TLS 1.0", add(TYPE.domainName, { domainName: "example.com", securityPolicy: "TLS_1_0" })],
  ["P71", "lets known bad input pass", edit(webAcl, "rules", withoutRule("KnownBadInputs"))],
  ["P71", "lets floods pass", edit(webAcl, "rules", withoutRule("rateBasedStatement"))],
  ["P71", "does not say what it stopped", remove(TYPE.webAclLogging)],
  ["P71", "counts nothing", set(webAcl, "visibilityConfig.cloudwatchMetricsEnabled", false)],
];

/** Waived as they are. */
export const FUNCTIONS_MENDED: readonly Mutation[] = [
  ["P55", "logs the data", set(machine, "loggingConfiguration.includeExecutionData", true)],
  ["P70", "caches", set(stage, "cacheClusterEnabled", true)],
  ["P70", "shows a certificate", set(stage, "clientCertificateId", "abc123")],
];

type Fields = Readonly<Record<string, unknown>>;

function omit(fields: Fields, field: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field));
}

/** Changes the first state that is a task. */
function inTask(make: (state: Fields) => Fields) {
  return edit(machine, FIRST_TASK, (states) => {
    const entries = Object.entries(states as Record<string, Fields>);
    const index = entries.findIndex(([, { Type }]) => Type === "Task");
    return Object.fromEntries(entries.map(([name, state], at) => [name, at === index ? make(state) : state]));
  });
}

function hidePassword(draft: Draft): void {
  set(
    machine,
    "definition.Comment",
    `Connects with ${String(first(draft, TYPE.instance).inputs.password)}`,
  )(draft);
}

function hideToken(draft: Draft): void {
  const { authToken } = first(draft, TYPE.replicationGroup).inputs;
  set(lambda, "environment.variables.GREETING", `hello ${String(authToken)}`)(draft);
}

function forbid(action: string) {
  return edit(
    role,
    "inlinePolicies.0.policy.Statement",
    (statements) =>
      (statements as Fields[]).map((statement) => ({
        ...statement,
        Action: [statement.Action].flat().filter((one) => one !== action),
      })),
    WORKFLOW,
  );
}

function grant(statement: Fields) {
  return append(role, "inlinePolicies.0.policy.Statement", { Effect: "Allow", ...statement }, WORKFLOW);
}

function loseFailures(draft: Draft): void {
  const [resource] = asynchronous(draft);
  if (!resource) throw new Error("Nobody invokes a function without waiting.");
  set(lambda, "deadLetterConfig", undefined, new RegExp(`^${resource.name}$`))(draft);
  draft.resources = draft.resources.filter(
    ({ type, inputs }) =>
      type !== TYPE.eventInvokeConfig ||
      ![resource.outputs.name, resource.outputs.arn].includes(inputs.functionName),
  );
}

function withoutRule(kind: string) {
  return (rules: unknown) => (rules as unknown[]).filter((rule) => !JSON.stringify(rule).includes(kind));
}
