/// <reference path="../.sst/platform/config.d.ts" />
import { cache } from "./cache";
import { database } from "./database";
import { router } from "./delivery";
import { tracing } from "./functions";
import { media } from "./storage";
import { workflow } from "./workflow";

const shared = {
  link: [media, database, cache, workflow],
  timeout: "1 minute",
  environment: { PUBLIC_URL: router.url },
  permissions: [tracing],
} satisfies Partial<sst.aws.FunctionArgs>;

/** An object under `source/` is a video that arrived: uploaded through the API, or copied into the bucket by hand. */
media.notify({
  notifications: [
    {
      name: "SourceUploaded",
      function: { handler: "packages/functions/src/event/source-uploaded.handler", ...shared },
      events: ["s3:ObjectCreated:*"],
      filterPrefix: "source/",
    },
  ],
});

/** Finds what an event that never came would have said: lost uploads, executions that ended without a word. */
new sst.aws.Cron("Reconcile", {
  schedule: "rate(5 minutes)",
  function: { handler: "packages/functions/src/schedule/reconcile.handler", ...shared, timeout: "2 minutes" },
});
