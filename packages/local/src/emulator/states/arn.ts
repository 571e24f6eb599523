/** ARNs of Step Functions and the shapes of a Task state's `Resource`. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export type Resource =
  | { readonly kind: "function"; readonly arn: string }
  | {
      readonly kind: "service";
      /** The key of the integration: `ecs:runTask`, `aws-sdk:s3:getObject`. */
      readonly integration: string;
      /** As events call them: `runTask.sync` and `ecs`. */
      readonly resource: string;
      readonly resourceType: string;
      readonly pattern: "response" | "sync" | "token";
    };

const FUNCTION = /^arn:[\w-]+:lambda:[\w-]*:\d*:function:[^\s]+$/;
const SERVICE =
  /^arn:[\w-]+:states:[\w-]*:\d*:(?<type>aws-sdk:[\w-]+|[\w-]+):(?<action>\w+)(?<suffix>\.sync(?::2)?|\.waitForTaskToken)?$/;

/** What a Task state calls, or undefined if the ARN is none that Step Functions knows. */
export function parseResource(arn: string): Resource | undefined {
  if (FUNCTION.test(arn)) return { kind: "function", arn };
  const parts = SERVICE.exec(arn)?.groups;
  if (!parts || parts.type === "activity") return undefined;
  const { type = "", action = "", suffix = "" } = parts;
  return {
    kind: "service",
    integration: `${type}:${action}`,
    resource: `${action}${suffix}`,
    resourceType: type,
    pattern: PATTERN[suffix] ?? "response",
  };
}

const PATTERN: Readonly<Record<string, "sync" | "token">> = {
  ".sync": "sync",
  ".sync:2": "sync",
  ".waitForTaskToken": "token",
};

const states = ({ region, accountId }: Place, kind: string, rest: string) =>
  `arn:aws:states:${region}:${accountId}:${kind}:${rest}`;

export const machineArn = (place: Place, name: string) => states(place, "stateMachine", name);

/** A STANDARD execution's ARN has its name; an EXPRESS one is unique by an id, since names may repeat. */
export function executionArn(machine: string, name: string, unique?: string): string {
  const kind = unique === undefined ? "execution" : "express";
  const tail = unique === undefined ? name : `${name}:${unique}`;
  return `${machine.replace(":stateMachine:", `:${kind}:`)}:${tail}`;
}

export function mapRunArn(machine: string, label: string, id: string): string {
  return `${machine.replace(":stateMachine:", ":mapRun:")}/${label}:${id}`;
}

/** The machine that a distributed Map's child executions name as theirs. */
export const childMachineArn = (machine: string, label: string) => `${machine}/${label}`;

export const nameOf = (arn: string) => arn.slice(arn.lastIndexOf(":") + 1);
