import * as job from "@telecine/core/job/job";
import { receive, type Arrival } from "@telecine/core/upload/receive";
import { log, withLog } from "@telecine/core/util/log";
import type { Context } from "aws-lambda";
import { z } from "zod";
import { invoke } from "../invocation.ts";

/** S3's notification, as far as it is used. A test notification has no records. */
const S3Event = z.object({
  Records: z
    .array(
      z.object({
        eventName: z.string(),
        s3: z.object({
          object: z.object({
            key: z.string(),
            size: z.int().nonnegative().default(0),
            eTag: z.string(),
            sequencer: z
              .string()
              .regex(/^[0-9a-f]+$/i)
              .optional(),
          }),
        }),
      }),
    )
    .default([]),
});
type Record = z.infer<typeof S3Event>["Records"][number];

/** A source has come to lie in the bucket. Delivered at least once, in any order; when it throws, Lambda delivers again. */
export async function handler(event: unknown, context?: Context): Promise<void> {
  const { Records } = S3Event.parse(event);
  await invoke("ingest", context, async () => {
    for (const record of Records) await take(toArrival(record));
  });
}

async function take(arrival: Arrival): Promise<void> {
  const owed = await receive(arrival);
  if (!owed) {
    log.info({ key: arrival.key }, "Nothing to start for this object");
    return;
  }
  await withLog({ ...owed }, async () => {
    await job.start(owed);
    log.info("Started");
  });
}

/** S3 encodes keys as a form would: a blank as `+`, the rest as `%XX`. */
function toArrival({ s3: { object } }: Record): Arrival {
  return {
    key: decodeURIComponent(object.key.replaceAll("+", " ")),
    etag: object.eTag.replaceAll('"', ""),
    sizeBytes: object.size,
    sequencer: object.sequencer ?? null,
  };
}
