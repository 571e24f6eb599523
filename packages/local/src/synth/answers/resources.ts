import { arn, type Registration } from "./context.ts";
import type { Answerer } from "./resources/builders.ts";
import { COMPUTE } from "./resources/compute.ts";
import { DATA } from "./resources/data.ts";
import { EDGE } from "./resources/edge.ts";
import { IDENTITY } from "./resources/identity.ts";
import { MESSAGING } from "./resources/messaging.ts";
import { NETWORK } from "./resources/network.ts";
import { OPERATIONS } from "./resources/operations.ts";
import { VALUES } from "./resources/values.ts";

/**
 * One entry for each resource type that a program may register. A type without one is refused by name: an answer that is
 * made up would let a mistake pass that a deployment would not.
 */
export const RESOURCES: Readonly<Record<string, Answerer>> = {
  ...NETWORK,
  ...DATA,
  ...COMPUTE,
  ...MESSAGING,
  ...EDGE,
  ...IDENTITY,
  ...OPERATIONS,
  ...VALUES,
};

/** What a lookup of an existing resource by its id answers: the attributes that SST's components read. */
export const LOOKUPS: Readonly<
  Record<string, (resource: Registration, id: string) => Record<string, unknown>>
> = {
  // A new account: nobody has set up API Gateway's logging, so the component does.
  "aws:apigateway/account:Account": () => ({ cloudwatchRoleArn: "" }),
  "aws:ec2/vpc:Vpc": (vpc, id) => ({ cidrBlock: "10.0.0.0/16", arn: arn(vpc, "ec2", `vpc/${id}`) }),
};
