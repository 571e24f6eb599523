import type { Resource } from "../arn.ts";
import { type Failure, TIMEOUT } from "../error.ts";
import type { Draft } from "../history.ts";
import type { Json } from "../json.ts";

interface Plan {
  /** JSON text of what is sent. */
  readonly parameters: string;
  readonly region: string;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** Set for a state with Credentials. */
  readonly credentials: string | undefined;
}

/** The events of a task; a function called by its ARN has names of its own for them. */
interface TaskEvents {
  scheduled(plan: Plan): Draft[];
  submitted(output: string): Draft;
  succeeded(output: string): Draft;
  failed(failure: Failure): Draft;
  timedOut(): Draft;
}

export function describe(resource: Resource): TaskEvents {
  return resource.kind === "function"
    ? functionEvents(resource.arn)
    : serviceEvents(resource.resource, resource.resourceType);
}

/** Fields that are there only when they have a value. */
function given(fields: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined),
  );
}

const credentialsOf = ({ credentials }: Plan) =>
  given({ taskCredentials: credentials === undefined ? undefined : { roleArn: credentials } });

function functionEvents(arn: string): TaskEvents {
  return {
    scheduled: (plan) => [
      {
        type: "LambdaFunctionScheduled",
        details: {
          input: plan.parameters,
          resource: arn,
          ...given({ timeoutInSeconds: plan.timeoutSeconds }),
          ...credentialsOf(plan),
        },
      },
      { type: "LambdaFunctionStarted" },
    ],
    submitted: (output) => ({ type: "TaskSubmitted", details: { output } }),
    succeeded: (output) => ({ type: "LambdaFunctionSucceeded", details: { output } }),
    failed: ({ error, cause }) => ({ type: "LambdaFunctionFailed", details: given({ error, cause }) }),
    timedOut: () => ({ type: "LambdaFunctionTimedOut", details: { error: TIMEOUT } }),
  };
}

function serviceEvents(resource: string, resourceType: string): TaskEvents {
  const named = { resource, resourceType };
  return {
    scheduled: (plan) => [
      {
        type: "TaskScheduled",
        details: {
          ...named,
          region: plan.region,
          parameters: plan.parameters,
          ...given({ timeoutInSeconds: plan.timeoutSeconds, heartbeatInSeconds: plan.heartbeatSeconds }),
          ...credentialsOf(plan),
        },
      },
      { type: "TaskStarted", details: named },
    ],
    submitted: (output) => ({ type: "TaskSubmitted", details: { ...named, output } }),
    succeeded: (output) => ({ type: "TaskSucceeded", details: { ...named, output } }),
    failed: ({ error, cause }) => ({ type: "TaskFailed", details: { ...named, ...given({ error, cause }) } }),
    timedOut: () => ({ type: "TaskTimedOut", details: { ...named, error: TIMEOUT } }),
  };
}
