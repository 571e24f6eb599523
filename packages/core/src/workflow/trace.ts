/**
 * The X-Ray header of the invocation under way, as Lambda keeps it: `Root=1-…;Parent=…;Sampled=1`. Undefined outside of
 * Lambda. Lambda and Step Functions hand a trace on by themselves; nothing tells a Fargate task of it, so it travels with
 * the execution's input.
 */
export function currentTrace(): string | undefined {
  return process.env._X_AMZN_TRACE_ID;
}
