import type { FailState } from "../definition/types.ts";
import { evaluateField } from "../query/template.ts";
import { bind, fail, type Visit } from "../visit.ts";

/** Never left: it fails what is around it. https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html */
export async function runFail(state: FailState, visit: Visit): Promise<never> {
  const { Error: error, Cause: cause } = state;
  const bindings = bind(visit);
  const failure = {
    ...(error === undefined ? {} : { error: await evaluateField("string", error, "Error", bindings) }),
    ...(cause === undefined ? {} : { cause: await evaluateField("string", cause, "Cause", bindings) }),
  };
  return fail(visit, { failure, events: [] });
}
