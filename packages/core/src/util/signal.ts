/**
 * Log lines that alarms count, by their field `signal`. The infrastructure makes a metric of each; a line that changes its
 * words does not change what is counted.
 */
export const SIGNALS = {
  /** A video failed through our fault: its source may succeed in another attempt. */
  videoFailed: "video.failed",
  /** A case that the reconciler could not put right in this run. */
  notReconciled: "reconcile.failed",
} as const;
