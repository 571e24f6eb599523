import type { FailedMessage } from "@telecine/core/message/message";
import { outputPrefix, workPrefix, type Attempt } from "@telecine/core/storage/keys";
import { deletePrefix } from "@telecine/core/storage/storage";
import { log } from "@telecine/core/util/log";
import { fail } from "@telecine/core/video/outcome";
import { z } from "zod";
import { toFailure } from "./cause.ts";
import { step, Ticket } from "./step.ts";
import { account } from "./usage.ts";

const Input = Ticket.extend({ error: z.object({ Error: z.string(), Cause: z.string().default("") }) });

/** Records what an execution failed with, unless the video has gone on without it. Gives the message for the error topic. */
export const handler = step(Input, async ({ videoId, attempt, error }): Promise<FailedMessage> => {
  const failure = toFailure(error);
  log.error({ error, failure }, "The execution failed");
  const message = await fail({ videoId, attempt }, failure);
  if (message.type !== "video.superseded") await settle({ videoId, attempt });
  return message;
});

/** Its tasks have cost something, and nothing is kept of them. */
async function settle(attempt: Attempt): Promise<void> {
  try {
    await account(attempt, { bytes: 0, objects: 0 });
  } catch (error) {
    log.error({ err: error }, "Could not note what the attempt has used");
  }
  await clean(attempt);
}

/** The attempt is over without a result. What cannot be deleted now, the reconciler deletes: the message must not wait. */
async function clean(attempt: Attempt): Promise<void> {
  try {
    await deletePrefix(outputPrefix(attempt));
    await deletePrefix(workPrefix(attempt));
  } catch (error) {
    log.error({ err: error }, "Could not clean up: the reconciler will");
  }
}
