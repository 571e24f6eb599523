import { sweepScratch, type SweptScratch } from "@telecine/core/sweep/scratch";
import { log } from "@telecine/core/util/log";
import type { Context } from "aws-lambda";
import { invoke } from "../invocation.ts";

/** Every hour: frees the shared file system, mounted on `SCRATCH_DIR`, of what killed tasks have left. */
export async function handler(_event: unknown, context?: Context): Promise<SweptScratch> {
  const root = process.env.SCRATCH_DIR;
  if (root === undefined)
    throw new Error("SCRATCH_DIR is not set: name the folder of the shared file system.");
  return invoke("reconcile", context, async () => {
    const swept = await sweepScratch(root);
    log.info(swept, "Swept the scratch space");
    return swept;
  });
}
