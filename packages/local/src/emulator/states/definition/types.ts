import type { Json, JsonObject } from "../json.ts";

/** A value that may be written as an expression, `"{% ... %}"`. */
export type Or<Value> = Value | string;

/** States and where they begin: a whole machine, a branch, or what a Map runs for each item. */
export interface Flow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends Flow {
  readonly Comment?: string;
  readonly QueryLanguage?: "JSONPath" | "JSONata";
  readonly TimeoutSeconds?: number;
  readonly Version?: string;
}

interface Common {
  readonly Comment?: string;
  readonly QueryLanguage?: "JSONPath" | "JSONata";
}

/** What is computed when a state is left. */
export interface Leaving {
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

interface Linked extends Common, Leaving {
  readonly Next?: string;
  readonly End?: boolean;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "NONE" | "FULL";
}

export interface Catcher extends Leaving {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

/** States that can fail and try again. */
export interface Failing extends Linked {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface PassState extends Linked {
  readonly Type: "Pass";
}

export interface SucceedState extends Common, Leaving {
  readonly Type: "Succeed";
}

export interface FailState extends Common {
  readonly Type: "Fail";
  readonly Error?: string;
  readonly Cause?: string;
}

export interface WaitState extends Linked {
  readonly Type: "Wait";
  readonly Seconds?: Or<number>;
  readonly Timestamp?: string;
}

interface ChoiceRule extends Leaving {
  readonly Condition: Or<boolean>;
  readonly Next: string;
}

export interface ChoiceState extends Common, Leaving {
  readonly Type: "Choice";
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface TaskState extends Failing {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments?: Json;
  readonly Credentials?: { readonly RoleArn: string };
  readonly TimeoutSeconds?: Or<number>;
  readonly HeartbeatSeconds?: Or<number>;
}

export interface ParallelState extends Failing {
  readonly Type: "Parallel";
  readonly Branches: readonly Flow[];
  readonly Arguments?: Json;
}

export interface Processor extends Flow {
  readonly ProcessorConfig?: {
    readonly Mode?: "INLINE" | "DISTRIBUTED";
    readonly ExecutionType?: "STANDARD" | "EXPRESS";
  };
}

export interface ReaderConfig {
  readonly InputType?: "CSV" | "JSON" | "JSONL";
  readonly MaxItems?: Or<number>;
  readonly CSVHeaderLocation?: "FIRST_ROW" | "GIVEN";
  readonly CSVHeaders?: readonly string[];
  readonly CSVDelimiter?: "COMMA" | "PIPE" | "SEMICOLON" | "SPACE" | "TAB";
  readonly ItemsPointer?: string;
}

export interface ItemReader {
  readonly Resource: string;
  readonly Arguments?: Json;
  readonly ReaderConfig?: ReaderConfig;
}

export interface ItemBatcher {
  readonly BatchInput?: Json;
  readonly MaxItemsPerBatch?: Or<number>;
  readonly MaxInputBytesPerBatch?: Or<number>;
}

export interface MapState extends Failing {
  readonly Type: "Map";
  readonly ItemProcessor?: Processor;
  /** The former name of `ItemProcessor`. */
  readonly Iterator?: Processor;
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: { readonly Resource: string; readonly Arguments?: Json };
  readonly MaxConcurrency?: Or<number>;
  readonly ToleratedFailureCount?: Or<number>;
  readonly ToleratedFailurePercentage?: Or<number>;
  readonly Label?: string;
}

export type State =
  PassState | SucceedState | FailState | WaitState | ChoiceState | TaskState | ParallelState | MapState;

export type StateType = State["Type"];
