import { EXIT_CODES, EXIT_STOPPED } from "@telecine/core/task/contract";
import { log } from "@telecine/core/util/log";
import { Stopped, Superseded, TaskFailure } from "./task/outcome.ts";

/**
 * Runs a task under the signals of this process, and gives the code that it exits with. SIGTERM (ECS stops the task)
 * and SIGINT (somebody at a terminal) abort the work, which then puts itself away.
 */
export async function supervise(run: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      log.info({ signal: name }, "asked to stop");
      controller.abort(new Stopped(`${name} was received.`));
    });
  }
  try {
    await run(controller.signal);
    return 0;
  } catch (error) {
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Stopped) return EXIT_STOPPED;
  if (error instanceof Superseded) {
    log.info({ reason: error.message }, "nobody waits for this attempt");
    return 0;
  }
  log.error({ err: error }, "the task failed");
  return EXIT_CODES[error instanceof TaskFailure ? error.code : "processing_failed"];
}
