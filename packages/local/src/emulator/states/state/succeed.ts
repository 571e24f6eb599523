import type { SucceedState } from "../definition/types.ts";
import { bind, type Exit, leave, type Visit } from "../visit.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html */
export async function runSucceed(state: SucceedState, visit: Visit): Promise<Exit> {
  return { ...(await leave(state, bind(visit), visit.input)), next: undefined };
}
