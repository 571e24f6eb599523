import type { Clock } from "../../aws/clock.ts";
import type { Place } from "./arn.ts";
import type { Functions, Integration } from "./integration.ts";
import type { Store } from "./store/store.ts";
import type { TokenDesk } from "./token.ts";

/** A change of an execution, for logs and alarms. */
export interface ExecutionChange {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** The state that was entered, or in which the execution failed. */
  readonly stateName?: string;
}

export interface LogEntry {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly [key: string]: unknown;
}

/** What all executions share. */
export interface Engine extends Place {
  readonly store: Store;
  readonly clock: Clock;
  readonly functions: Functions;
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly tokens: TokenDesk;
  log(entry: LogEntry): void;
  notify(change: ExecutionChange): void;
}
