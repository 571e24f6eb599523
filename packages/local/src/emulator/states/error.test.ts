import { expect, test } from "vitest";
import { errorOutput, matches } from "./error.ts";

test("names are compared exactly", () => {
  expect(matches(["Broken"], { error: "Broken" })).toBe(true);
  expect(matches(["broken", "State.ALL", "Brok"], { error: "Broken" })).toBe(false);
});

test("States.ALL matches everything, also a failure without a name", () => {
  expect(matches(["States.ALL"], { error: "States.DataLimitExceeded" })).toBe(true);
  expect(matches(["States.ALL"], {})).toBe(true);
  expect(matches(["Broken"], {})).toBe(false);
});

test("States.TaskFailed matches whatever a task says, except a timeout", () => {
  for (const error of ["Exception", "Lambda.ResourceNotFoundException", "States.TaskFailed"]) {
    expect(matches(["States.TaskFailed"], { error })).toBe(true);
  }
  expect(matches(["States.TaskFailed"], { error: "States.Timeout" })).toBe(false);
  expect(matches(["Lambda.Unknown"], { error: "Exception" })).toBe(false);
});

test("a missed heartbeat is matched under both of its names", () => {
  const missed = { error: "States.Timeout", alias: "States.HeartbeatTimeout" };
  expect(matches(["States.Timeout"], missed)).toBe(true);
  expect(matches(["States.HeartbeatTimeout"], missed)).toBe(true);
  expect(matches(["States.HeartbeatTimeout"], { error: "States.Timeout" })).toBe(false);
});

test("a catcher sees two strings, empty where there is nothing", () => {
  expect(errorOutput({ error: "States.Timeout" })).toEqual({ Error: "States.Timeout", Cause: "" });
  expect(errorOutput({})).toEqual({ Error: "", Cause: "" });
});
