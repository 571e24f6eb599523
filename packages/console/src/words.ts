import type { Phase, Status } from "@telecine/core/video/status";

/** A video's status as people say it. A status that is added to the contract does not compile until it has a word. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  waiting: "Waiting",
  processing: "Processing",
  playable: "Playable",
  ready: "Ready",
  failed: "Failed",
  canceled: "Canceled",
};

const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  uploading: "Waiting for the upload",
  queued: "In the queue",
  inspecting: "Reading the file's headers",
  starting: "Starting a worker",
  downloading: "Fetching the source",
  probing: "Examining the streams",
  encoding: "Encoding",
  verifying: "Checking the result",
  storing: "Saving the segments",
  publishing: "Publishing",
  done: "Done",
};

/** The fine step in words. A step that this page does not know yet is shown as the API names it. */
export function phaseWords(phase: string): string {
  return (PHASE_WORDS as Readonly<Record<string, string>>)[phase] ?? phase;
}
