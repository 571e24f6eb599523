import { isReader } from "./role.ts";

/**
 * Imported before everything else by the program that starts readers: in a reader's thread, which runs the same bundle,
 * nothing after it is reached.
 */
if (isReader) {
  const { serve } = await import("./thread.ts");
  await serve();
  process.exit(); // of this thread alone
}
