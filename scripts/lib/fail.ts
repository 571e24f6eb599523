/** Ends the program with a message for people: the error's own, and where it came from when asked for. */
export function fail(error: unknown): void {
  const { message, stack } = error as Error;
  process.stderr.write(`${process.env.DEBUG ? (stack ?? message) : message}\n`);
  process.exitCode = 1;
}
