/// <reference path="../.sst/platform/config.d.ts" />
import { cache } from "./cache";
import { database } from "./database";
import { giveUp, keepFailures } from "./dead-letters";
import { router } from "./delivery";
import { describe, start } from "./permissions/executions";
import { abortUploads, list, read, remove } from "./permissions/storage";
import { sizes } from "./stage";
import { media } from "./storage";
import { workflow } from "./workflow";

/** An object under `source/` is a video that arrived: uploaded through the API, or copied into the bucket by hand. */
export const sourceUploaded = media.notify({
  notifications: [
    {
      name: "SourceUploaded",
      function: {
        handler: "packages/functions/src/event/source-uploaded.handler",
        link: [database, cache, workflow],
        timeout: "1 minute",
        concurrency: { reserved: sizes.eventConcurrency },
        environment: { PUBLIC_URL: router.url },
        permissions: [start(workflow), giveUp],
        ...keepFailures,
      },
      events: ["s3:ObjectCreated:*"],
      filterPrefix: "source/",
    },
  ],
  // AWS Backup learns from EventBridge what has changed in the bucket, at $1 for a million objects written.
  transform: { notification: { eventbridge: sizes.backups } },
});

/** Finds what an event that never came would have said: lost uploads, executions that ended without a word. */
export const reconcile = new sst.aws.Cron("Reconcile", {
  schedule: "rate(5 minutes)",
  function: {
    handler: "packages/functions/src/schedule/reconcile.handler",
    link: [media, database, cache, workflow],
    timeout: "2 minutes",
    // Two at once would do the same work twice.
    concurrency: { reserved: 1 },
    environment: { PUBLIC_URL: router.url },
    permissions: [
      start(workflow),
      describe(workflow),
      list,
      read("source"),
      remove("source", "work", "media"),
      abortUploads,
      giveUp,
    ],
    ...keepFailures,
  },
});
