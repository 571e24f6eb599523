import { reconcile } from "@telecine/core/reconcile/reconcile";
import { log } from "@telecine/core/util/log";
import type { Context } from "aws-lambda";
import { invoke } from "../invocation.ts";

/** Every five minutes: nothing stays stuck. Gives how many cases of each kind were put right. */
export async function handler(_event: unknown, context?: Context): Promise<Record<string, number>> {
  return invoke("reconcile", context, async () => {
    const settled = await reconcile();
    log.info(settled, "Reconciled");
    return settled;
  });
}
