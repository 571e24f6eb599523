import { withPatience } from "@telecine/core/database/patience";
import { withActor } from "@telecine/core/event/actor";
import type { Actor } from "@telecine/core/event/type";
import { withLog } from "@telecine/core/util/log";
import type { Context } from "aws-lambda";

/** What nobody waits for in front of a screen may wait for a database that is failing over. */
const PATIENCE_SECONDS = 40;

/** Runs the work of one invocation: named in the logs and in the journal. */
export function invoke<Result>(
  actor: Actor,
  context: Pick<Context, "awsRequestId"> | undefined,
  run: () => Promise<Result>,
): Promise<Result> {
  return withLog({ requestId: context?.awsRequestId }, () =>
    withActor(actor, () => withPatience(PATIENCE_SECONDS, run)),
  );
}
