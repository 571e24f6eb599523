/// <reference path="../.sst/platform/config.d.ts" />

/** The header that tells the API's firewall who is calling. The edge writes it over whatever the caller sent. */
export const viewerAddress = "x-viewer-address";

/** The one public origin: the console at `/`, media at `/media`, and the paths of the API. */
export const router = new sst.aws.Router("Router", {
  ...(process.env.TELECINE_DOMAIN ? { domain: process.env.TELECINE_DOMAIN } : {}),
  edge: {
    viewerRequest: {
      injection: `event.request.headers["${viewerAddress}"] = { value: event.viewer.ip };`,
    },
  },
});
