import { expect, test } from "vitest";
import { toFailure } from "./cause.ts";

const lambda = (errorType: string, errorMessage: string) =>
  JSON.stringify({ errorMessage, errorType, requestId: "r", stackTrace: ["at x"] });

/** A stopped task as ECS describes it in a Cause, cut down to what differs. */
const task = (container: object, rest: object = {}) =>
  JSON.stringify({
    StopCode: "EssentialContainerExited",
    ...rest,
    LastStatus: "STOPPED",
    Containers: [container],
  });

const rejection = JSON.stringify({ code: "source_not_video", message: "This is a text file, not a video." });

test.each([
  ["VideoRejected", lambda("VideoRejected", rejection), "source_not_video"],
  ["OutputInvalid", lambda("OutputInvalid", '{"code":"output_invalid","message":"m"}'), "output_invalid"],
  ["VideoRejected", lambda("VideoRejected", "no JSON"), "processing_failed"],
  ["VideoRejected", lambda("VideoRejected", '{"code":"made_up","message":"m"}'), "processing_failed"],
  ["VideoRejected", "", "processing_failed"],
  ["States.Timeout", "", "processing_timed_out"],
  ["States.TaskFailed", task({ ExitCode: 1 }), "processing_failed"],
  ["States.TaskFailed", task({ ExitCode: 137 }), "processing_out_of_memory"],
  ["States.TaskFailed", task({ Reason: "OutOfMemoryError: Container killed" }), "processing_out_of_memory"],
  [
    "States.TaskFailed",
    task({}, { StopCode: "TaskFailedToStart", StoppedReason: "CannotPullContainerError" }),
    "start_failed",
  ],
  ["States.TaskFailed", "not JSON at all {", "processing_failed"],
  ["ECS.AmazonECSException", "Capacity is unavailable at this time.", "start_failed"],
  ["AmazonECS.Unknown", "RESOURCE:MEMORY", "start_failed"],
  ["Unavailable", lambda("Unavailable", "The database does not answer."), "processing_failed"],
  ["States.DataLimitExceeded", "", "processing_failed"],
  ["TypeError", lambda("TypeError", "x is undefined"), "processing_failed"],
])("%s with the cause %s means %s", (Error, Cause, code) => {
  const failure = toFailure({ Error, Cause });
  expect(failure.code).toBe(code);
  expect(failure.message).not.toBe("");
  expect(failure.message).not.toContain("undefined");
});

test("a step's own words reach people", () => {
  expect(toFailure({ Error: "VideoRejected", Cause: lambda("VideoRejected", rejection) })).toEqual({
    code: "source_not_video",
    message: "This is a text file, not a video.",
  });
});
