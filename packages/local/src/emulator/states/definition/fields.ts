import { parseInstant } from "../instant.ts";
import { isObject } from "../json.ts";
import {
  anything,
  type Check,
  condition,
  flag,
  list,
  number,
  object,
  oneOf,
  orExpression,
  type Report,
  text,
} from "./check.ts";
import type { StateType } from "./types.ts";

/**
 * The fields of every state type in JSONata, and what they may hold. Bounds and wording as
 * ValidateStateMachineDefinition answers; https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
 */
const MAX_SECONDS = 99_999_999;
const seconds = orExpression(number({ min: 1, max: MAX_SECONDS }));
const count = orExpression(number({ min: 0 }));
const positive = orExpression(number({ min: 1 }));

const errorNames: Check = list(text, { empty: false });

const assign: Check = (value, at, report) => {
  if (!isObject(value)) {
    report("Expected value of type Object", at);
    return;
  }
  for (const name of Object.keys(value)) {
    if (name === "states") report("The variable name 'states' is reserved", at);
    else if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) {
      report(`'${name}' is not a valid variable name`, at);
    }
  }
};

const leaving = { Output: anything, Assign: assign };
const common = { Type: anything, Comment: text, QueryLanguage: oneOf("JSONPath", "JSONata") };
const linked = { ...common, ...leaving, Next: text, End: flag };

const retrier = object({
  required: ["ErrorEquals"],
  fields: {
    Comment: text,
    ErrorEquals: errorNames,
    IntervalSeconds: number({ min: 0, max: MAX_SECONDS }),
    MaxAttempts: number({ min: 0, max: MAX_SECONDS }),
    BackoffRate: number({ min: 1, fraction: true }),
    MaxDelaySeconds: number({ min: 1, max: 31_622_400 }),
    JitterStrategy: oneOf("NONE", "FULL"),
  },
});
const catcher = object({
  required: ["ErrorEquals", "Next"],
  fields: { Comment: text, ErrorEquals: errorNames, Next: text, ...leaving },
  refuse: refuseJsonPath,
});
const failing = { ...linked, Retry: list(retrier, { empty: true }), Catch: list(catcher, { empty: true }) };

const timestamp: Check = (value, at, report) => {
  if (typeof value !== "string") report("Expected value of type String", at);
  else if (parseInstant(value) === undefined) report("String does not match RFC3339 timestamp", at);
};

const choiceRule = object({
  required: ["Condition", "Next"],
  fields: { Comment: text, Condition: condition, Next: text, ...leaving },
  refuse: refuseJsonPath,
});

const credentials: Check = (value, at, report) => {
  if (isObject(value) && !("RoleArn" in value)) report("The field 'RoleArn' is required but was missing", at);
  else object({ fields: { RoleArn: text } })(value, at, report);
};

const reader = object({
  required: ["Resource"],
  fields: {
    Resource: resourceOf("s3:getObject", "s3:listObjectsV2"),
    Arguments: anything,
    ReaderConfig: object({
      fields: {
        InputType: oneOf("CSV", "JSON", "JSONL"),
        MaxItems: count,
        CSVHeaderLocation: oneOf("FIRST_ROW", "GIVEN"),
        CSVHeaders: list(text, { empty: false }),
        CSVDelimiter: oneOf("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"),
        ItemsPointer: text,
      },
    }),
  },
});

const batcher = object({
  fields: {
    BatchInput: anything,
    MaxItemsPerBatch: positive,
    MaxInputBytesPerBatch: orExpression(number({ min: 1, max: 262_144 })),
  },
});

const writer = object({
  required: ["Resource", "Arguments"],
  fields: { Resource: resourceOf("s3:putObject"), Arguments: anything },
});

const items: Check = (value, at, report) => {
  if (!Array.isArray(value)) report("Expected value of type Array", at);
};

/** Fields whose flows are looked at on their own: `ItemProcessor`, `Branches`. */
export const FIELDS: Readonly<Record<StateType, Readonly<Record<string, Check>>>> = {
  Pass: linked,
  Succeed: { ...common, Output: anything },
  Fail: { ...common, Error: text, Cause: text },
  Wait: {
    ...linked,
    Seconds: orExpression(number({ min: 0, max: MAX_SECONDS })),
    Timestamp: orExpression(timestamp),
  },
  Choice: { ...common, ...leaving, Choices: list(choiceRule, { empty: false }), Default: text },
  Task: {
    ...failing,
    Resource: text,
    Arguments: anything,
    Credentials: credentials,
    TimeoutSeconds: seconds,
    HeartbeatSeconds: seconds,
  },
  Parallel: { ...failing, Arguments: anything, Branches: list(anything, { empty: false }) },
  Map: {
    ...failing,
    ItemProcessor: anything,
    Iterator: anything,
    Items: orExpression(items),
    ItemSelector: anything,
    ItemReader: reader,
    ItemBatcher: batcher,
    ResultWriter: writer,
    MaxConcurrency: count,
    ToleratedFailureCount: count,
    ToleratedFailurePercentage: orExpression(number({ min: 0, max: 100, fraction: true })),
    Label: text,
  },
};

export const REQUIRED: Readonly<Record<StateType, readonly string[]>> = {
  Pass: [],
  Succeed: [],
  Fail: [],
  Wait: [],
  Choice: ["Choices"],
  Task: ["Resource"],
  Parallel: ["Branches"],
  Map: [],
};

const JSONPATH_FIELDS = new Set(
  (
    "InputPath OutputPath ResultPath Parameters ResultSelector Result ItemsPath TimeoutSecondsPath HeartbeatSecondsPath SecondsPath " +
    "TimestampPath MaxConcurrencyPath ToleratedFailurePercentagePath ToleratedFailureCountPath ErrorPath CausePath Variable"
  ).split(" "),
);

export const isJsonPathField = (name: string) => JSONPATH_FIELDS.has(name);

/** Names a field that exists in JSONPath only, in AWS's words. */
export function refuseJsonPath(name: string, at: string, report: Report): boolean {
  if (!isJsonPathField(name)) return false;
  report(
    `The QueryLanguage is set to 'JSONata', but field '${name}' is only supported for the 'JSONPath' QueryLanguage`,
    at,
  );
  return true;
}

function resourceOf(...actions: readonly string[]): Check {
  const pattern = new RegExp(`^arn:[\\w-]+:states:::(${actions.join("|")})$`);
  return (value, at, report) => {
    if (typeof value !== "string" || !pattern.test(value)) {
      report("The field 'Resource' does not match any of the allowed values", at);
    }
  };
}
