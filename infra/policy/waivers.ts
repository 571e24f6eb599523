import type { RuleId, Stages } from "./rule.ts";

/** Why a rule may be broken, and until when. One that matches nothing is an error: it would hide the next mistake. */
export interface Waiver {
  readonly rule: RuleId;
  /** The whole logical name of the resources it is for. */
  readonly resource: RegExp;
  /** The whole property, where only one of several may be wrong. */
  readonly property?: RegExp;
  /** The stages on which the rule is broken. Default: all that it applies to. */
  readonly stages?: Stages;
  readonly reason: string;
  /** What would end it. */
  readonly until: string;
}

export const WAIVERS: readonly Waiver[] = [];

/** Routes that anybody may call. */
export const PUBLIC_ROUTES: readonly string[] = [
  "GET /health",
  "HEAD /health",
  "GET /openapi.json",
  "HEAD /openapi.json",
];

/** Actions that AWS offers no narrower resource for than `*`, and why each is needed. */
export const UNSCOPED_ACTIONS: Readonly<Record<string, string>> = {
  "ecr:GetAuthorizationToken": "A token is for the whole registry.",
  "xray:PutTraceSegments": "Traces are no resources.",
  "xray:PutTelemetryRecords": "Traces are no resources.",
};
