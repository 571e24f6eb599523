import { isObject } from "../json.ts";
import { type Check, type Diagnostic, exclusive, number, object, oneOf, type Report, text } from "./check.ts";
import { checkExpressions } from "./expressions.ts";
import { FIELDS, isJsonPathField, refuseJsonPath, REQUIRED } from "./fields.ts";
import { checkMap, checkProcessor, checkRetriesAndCatches, checkTask, type Rules } from "./rules.ts";
import { checkTransitions } from "./transitions.ts";
import type { StateType } from "./types.ts";

/** Where a definition's flow stands, and what it inherits. */
interface Around extends Rules {
  readonly language: unknown;
  /** State names seen so far: they are unique in the whole machine. */
  readonly names: Set<string>;
  /** The flows in it, whose transitions are looked at once everything has the right shape. */
  readonly flows: { readonly startAt: string; readonly states: Value; readonly at: string }[];
  readonly report: Report;
}

type Value = Readonly<Record<string, unknown>>;

/** Everything AWS would refuse about a definition, and what the interpreter here does not know. */
export function validate(value: unknown, rules: Rules): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report: Report = (message, location, code = "SCHEMA_VALIDATION_FAILED") => {
    if (found.some((one) => one.message === message && one.location === location)) return;
    found.push({ severity: "ERROR", code, message, ...(location === undefined ? {} : { location }) });
  };
  topLevel(value, "/", report);
  if (!isObject(value)) return found;
  const around: Around = {
    ...rules,
    language: value.QueryLanguage ?? "JSONPath",
    names: new Set(),
    flows: [],
    report,
  };
  checkFlow(value, "", around);
  if (found.length > 0) return found;
  for (const { startAt, states, at } of around.flows) checkTransitions(startAt, states, at, report);
  return found;
}

const flowOf = (fields: Readonly<Record<string, Check>>) =>
  object({
    required: ["States", "StartAt"],
    fields: { Comment: text, StartAt: text, States: object_, ...fields },
  });

const object_: Check = (value, at, report) => {
  if (!isObject(value)) report("Expected value of type Object", at);
  else if (Object.keys(value).length === 0) report("Value cannot be empty", at);
};

const topLevel = flowOf({
  QueryLanguage: oneOf("JSONPath", "JSONata"),
  TimeoutSeconds: number({ min: 0, max: 99_999_999 }),
  Version: oneOf("1.0"),
});
const branch = flowOf({});
const processor = flowOf({ ProcessorConfig: checkProcessor });

function checkFlow(flow: Value, at: string, around: Around): void {
  if (!isObject(flow.States)) return;
  for (const [name, state] of Object.entries(flow.States)) {
    const here = `${at}/States/${name}`;
    if (name.length > 80) {
      around.report(
        `The state name '${name}' exceeds the 80-character limit allowed by the service`,
        here,
        "INVALID_STATE_NAME",
      );
    }
    if (around.names.has(name)) around.report(`Duplicate State name: ${name}`, here, "DUPLICATE_STATE_NAME");
    around.names.add(name);
    checkState(name, state, here, around);
  }
  if (typeof flow.StartAt === "string") around.flows.push({ startAt: flow.StartAt, states: flow.States, at });
}

function checkState(name: string, state: unknown, at: string, around: Around): void {
  const { report } = around;
  if (!isObject(state)) {
    report("Expected value of type Object", at);
    return;
  }
  if (!("Type" in state)) {
    report("These fields are required: [Type]", at);
    return;
  }
  if (!isStateType(state.Type)) {
    report(`The field 'Type' should have one of these values: [${TYPES.join(", ")}]`, `${at}/Type`);
    return;
  }
  const language = state.QueryLanguage ?? around.language;
  if (around.language === "JSONata" && language === "JSONPath") {
    report("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at);
    return;
  }
  if (language !== "JSONata") checkJsonPathState(name, state, at, report);
  else checkJsonataState(state.Type, state, at, around);
  checkNested(state.Type, state, at, around);
}

function checkJsonataState(type: StateType, state: Value, at: string, around: Around): void {
  const { report } = around;
  object({ required: REQUIRED[type], fields: FIELDS[type], refuse: refuseJsonPath })(state, at, report);
  if ("Next" in FIELDS[type]) exclusive(state, ["Next", "End"], at, report);
  if (type === "Wait") {
    exclusive(state, ["Seconds", "Timestamp"], at, report, [
      "SecondsPath",
      "Seconds",
      "TimestampPath",
      "Timestamp",
    ]);
  }
  if (type === "Task") checkTask(state, at, around, report);
  if (type === "Map") checkMap(state, at, around, report);
  checkRetriesAndCatches(state, at, report);
  checkExpressions(state, at, report);
}

/** Fields that mean the same in both languages, for states that do nothing with their input. */
const COMMON = ["Type", "Comment", "QueryLanguage", "Next", "End"];
const NEUTRAL: Readonly<Record<string, readonly string[]>> = {
  Pass: [...COMMON],
  Succeed: [...COMMON],
  Fail: [...COMMON, "Error", "Cause"],
  Wait: [...COMMON, "Seconds", "Timestamp"],
};
const JSONATA_ONLY = new Set(["Arguments", "Output", "Items"]);

function checkJsonPathState(name: string, state: Value, at: string, report: Report): void {
  const neutral = NEUTRAL[state.Type as string] ?? COMMON;
  const fields = Object.keys(state);
  const foreign = fields.find(isJsonPathField) ?? fields.find((field) => !neutral.includes(field));
  if (foreign === undefined && neutral !== COMMON) return;
  if (foreign !== undefined && JSONATA_ONLY.has(foreign)) {
    report(
      `The QueryLanguage is set to 'JSONPath', but field '${foreign}' is only supported for the 'JSONata' QueryLanguage`,
      at,
    );
    return;
  }
  report(
    `The state '${name}' is written in JSONPath (field '${foreign ?? "QueryLanguage"}'), which is not interpreted locally: ` +
      `give it "QueryLanguage": "JSONata"`,
    at,
  );
}

function checkNested(type: StateType, state: Value, at: string, around: Around): void {
  if (type === "Parallel" && Array.isArray(state.Branches)) {
    for (const [index, flow] of state.Branches.entries()) {
      nested(flow, `${at}/Branches[${index}]`, branch, around);
    }
  }
  if (type !== "Map") return;
  const field = "Iterator" in state ? "Iterator" : "ItemProcessor";
  if (!(field in state)) around.report("These fields are required: [ItemProcessor]", at);
  else nested(state[field], `${at}/${field}`, processor, around);
}

function nested(flow: unknown, at: string, check: Check, around: Around): void {
  check(flow, at, around.report);
  if (isObject(flow)) checkFlow(flow, at, around);
}

const TYPES = [
  "Task",
  "Wait",
  "Pass",
  "Succeed",
  "Fail",
  "Choice",
  "Parallel",
  "Map",
] as const satisfies readonly StateType[];

function isStateType(value: unknown): value is StateType {
  return TYPES.some((type) => type === value);
}
