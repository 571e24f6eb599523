/** The API itself, as a plain HTTP server. It is linked to what the environment names. */
import { serve } from "@hono/node-server";
import { app } from "@telecine/functions/src/api/app.ts";
import { serveMeasured } from "./served.ts";

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, serveMeasured);
