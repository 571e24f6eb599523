/**
 * Runs the workflow's functions as a warm Lambda environment does: built as a deployment builds them, one call after the
 * other. Says what each call took. Ends with its parent.
 */
import { measure, type Usage } from "../lib/usage.ts";

export interface StepCall {
  /** The bundle that holds the function. */
  readonly file: string;
  readonly event: unknown;
}

export type StepAnswer = (Usage & { readonly result: unknown }) | { readonly error: string };

type Handler = (event: unknown) => Promise<unknown>;

process.on("message", (call: StepCall) => {
  void run(call).then((answer) => process.send?.(answer));
});
process.once("disconnect", () => process.exit());

async function run({ file, event }: StepCall): Promise<StepAnswer> {
  try {
    const { handler } = (await import(file)) as { handler: Handler };
    return await measure(() => handler(event));
  } catch (error) {
    return { error: (error as Error).stack ?? String(error) };
  }
}
