import { TYPE } from "../types.ts";
import { add, append, type Draft, type Mutation, set } from "./draft.ts";

const { key, logGroup, metricAlarm, role, secret } = TYPE;
const WORKER = /^WorkerTask/;
/** A role with waivers, which must cover no more than they say. */
const API_LOGS = /^APIGateway/;
const inline = "inlinePolicies.0.policy.Statement";
const allow = (statement: object) => append(role, inline, { Effect: "Allow", ...statement }, WORKER);

/** Mistakes with secrets, logs, alarms, keys and roles: P72-P78. */
export const ACCOUNT: readonly Mutation[] = [
  ["P72", "forgets a secret at once", set(secret, "recoveryWindowInDays", 0)],
  ["P73", "keeps logs for ever", set(logGroup, "retentionInDays", undefined)],
  ["P73", "keeps logs for a month", set(logGroup, "retentionInDays", 30)],
  ["P74", "rings nowhere", set(metricAlarm, "alarmActions", [])],
  ["P74", "is switched off", set(metricAlarm, "actionsEnabled", false)],
  ["P74", "lets the disk fill up", removeAlarms("FreeStorageSpace")],
  ["P74", "lets dead letters lie", removeAlarms("ApproximateNumberOfMessagesVisible")],
  ["P75", "never changes a key", set(key, "enableKeyRotation", false)],
  ["P75", "leaves a key's policy to AWS", add(key, { enableKeyRotation: true })],
  [
    "P75",
    "gives a key to everybody",
    append(key, "policy.Statement", { Effect: "Allow", Principal: "*", Action: "kms:Decrypt" }),
  ],
  ["P76", "allows everything of a service", allow({ Action: "s3:*", Resource: "arn:aws:s3:::box" })],
  ["P76", "allows an action on everything", allow({ Action: ["s3:GetObject"], Resource: "*" })],
  ["P76", "allows all but one", allow({ NotAction: "iam:CreateUser", Resource: "arn:aws:s3:::box" })],
  ["P77", "is taken by the whole account", trust({ AWS: "arn:aws:iam::123456789012:root" })],
  ["P77", "is taken for strangers", set(role, "assumeRolePolicy.Statement.0.Condition", undefined, WORKER)],
  [
    "P78",
    "is an administrator",
    append(role, "managedPolicyArns", "arn:aws:iam::aws:policy/AdministratorAccess", API_LOGS),
  ],
];

function removeAlarms(metric: string) {
  return (draft: Draft) => {
    const before = draft.resources.length;
    draft.resources = draft.resources.filter(
      ({ type, inputs }) => type !== metricAlarm || !JSON.stringify(inputs).includes(`"${metric}"`),
    );
    if (draft.resources.length === before) throw new Error(`There is no alarm on ${metric} to remove.`);
  };
}

function trust(Principal: object) {
  const Condition = { StringEquals: { "aws:SourceAccount": "123456789012" } };
  const statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition };
  return append(role, "assumeRolePolicy.Statement", statement, API_LOGS);
}
