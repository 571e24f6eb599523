import type { Failure } from "@telecine/core/error";

/**
 * The names that steps fail with. Step Functions matches them in Retry and Catch.
 *
 * - `VideoRejected`, `OutputInvalid`: for good; the message is a {@link Failure} as JSON.
 * - `Unavailable`: a dependency is away; the machine tries again.
 * - `Superseded`: the attempt is no longer the video's.
 */
export type StepErrorName = "VideoRejected" | "OutputInvalid" | "Unavailable" | "Superseded";

export class StepError extends Error {
  override readonly name: StepErrorName;

  constructor(name: StepErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

export function rejected(failure: Failure): StepError {
  return new StepError("VideoRejected", JSON.stringify(failure));
}

export function outputInvalid(message: string): StepError {
  return new StepError(
    "OutputInvalid",
    JSON.stringify({ code: "output_invalid", message } satisfies Failure),
  );
}

export function superseded(): StepError {
  return new StepError("Superseded", "The video was canceled, removed, or has begun another attempt.");
}
