/// <reference path="../.sst/platform/config.d.ts" />
import { router } from "./delivery";

/** The web page: static files behind the same origin as the API, so it needs to know no address. */
export const site = new sst.aws.StaticSite("Console", {
  path: "packages/console",
  build: { command: "npm run build", output: "dist" },
  router: { instance: router },
});
