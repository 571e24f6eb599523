import { handle } from "hono/aws-lambda";
import { app } from "./app.ts";

/** The API behind API Gateway. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is not on npm yet (2026-11)
export const handler = handle(app);
