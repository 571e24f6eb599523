/// <reference path="../.sst/platform/config.d.ts" />

/** The one public origin: the console at `/`, media at `/media`, and the paths of the API. */
export const router = new sst.aws.Router(
  "Router",
  process.env.TELECINE_DOMAIN ? { domain: process.env.TELECINE_DOMAIN } : {},
);
