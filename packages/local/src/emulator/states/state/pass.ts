import type { PassState } from "../definition/types.ts";
import { bind, type Exit, leave, type Visit } from "../visit.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html */
export async function runPass(state: PassState, visit: Visit): Promise<Exit> {
  return { ...(await leave(state, bind(visit), visit.input)), next: state.Next };
}
