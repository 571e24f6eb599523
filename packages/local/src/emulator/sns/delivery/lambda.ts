import { lambdaEvent } from "../envelope.ts";
import type { Deliver } from "./deliver.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const deliverToFunction: Deliver = async (core, payload, subscription, topic) => {
  if (payload.kind !== "notification") throw new Error("A function is never asked to confirm.");
  const event = await lambdaEvent(payload.message, subscription, topic, core.addresses);
  await core.options.invokeFunction(subscription.endpoint, JSON.stringify(event));
};
