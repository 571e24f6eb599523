/// <reference path="../.sst/platform/config.d.ts" />
import { housekeeping, keepHouse } from "./bucket-rules";
import { router } from "./delivery";
import { isPermanent } from "./stage";

/** The web page: static files behind the same origin as the API, so it needs to know no address. */
export const site = new sst.aws.StaticSite("Console", {
  path: "packages/console",
  build: { command: "npm run build", output: "dist" },
  router: { instance: router },
  transform: {
    assets: (args, options) => {
      args.versioning = true;
      args.lifecycle = [housekeeping];
      args.transform = { bucket: { forceDestroy: !isPermanent }, lifecycle: keepHouse };
      options.retainOnDelete = isPermanent;
      return undefined;
    },
  },
  // Under `sst dev` Vite serves the page on the developer's machine, and passes on what is the API's.
  dev: { url: "http://localhost:5173" },
  ...($dev ? { environment: { TELECINE_API: router.url } } : {}),
});
