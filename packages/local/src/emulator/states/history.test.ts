import { expect, test } from "vitest";
import { numberEvents, present } from "./history.ts";

const from = { lastId: 10, previous: 7, at: 1000 };

test("ids go on counting, and each event follows from the one before it in the thread", () => {
  const { events, previous } = numberEvents([{ type: "TaskScheduled" }, { type: "TaskStarted" }], from);
  expect(events.map(({ id, previous }) => [id, previous])).toEqual([
    [11, 7],
    [12, 11],
  ]);
  expect(previous).toBe(12);
});

test("an event aside leaves the thread where it was", () => {
  const { events, previous } = numberEvents(
    [
      { type: "MapRunSucceeded", aside: true },
      { type: "MapStateSucceeded", previous: "above", aside: true },
      { type: "MapStateExited" },
    ],
    from,
  );
  expect(events.map(({ id, previous }) => [id, previous])).toEqual([
    [11, 7],
    [12, 11],
    [13, 7],
  ]);
  expect(previous).toBe(13);
});

test("an event can name what it follows from", () => {
  const { events, previous } = numberEvents(
    [{ type: "EvaluationFailed", previous: 3 }, { type: "MapStateFailed" }],
    from,
  );
  expect(events.map(({ id, previous }) => [id, previous])).toEqual([
    [11, 3],
    [12, 11],
  ]);
  expect(previous).toBe(12);
});

test("details are named after the event, those of states after what all states share", () => {
  const shown = (type: string, details: object) =>
    present({ id: 1, previous: 0, type, at: 1500, details: { ...details } }, true);
  expect(shown("PassStateEntered", { name: "A", input: "{}" })).toEqual({
    id: 1,
    previousEventId: 0,
    timestamp: 1.5,
    type: "PassStateEntered",
    stateEnteredEventDetails: { name: "A", input: "{}", inputDetails: { truncated: false } },
  });
  expect(shown("MapIterationStarted", { name: "A", index: 2 })).toHaveProperty(
    "mapIterationStartedEventDetails.index",
    2,
  );
  expect(shown("EvaluationFailed", { state: "A" })).toHaveProperty("evaluationFailedEventDetails.state", "A");
});

test("data can be left out; what tells of them stays", () => {
  const event = {
    id: 1,
    previous: 0,
    type: "TaskScheduled",
    at: 0,
    details: { resource: "publish", parameters: "{}" },
  };
  expect(present(event, false)).toHaveProperty("taskScheduledEventDetails", { resource: "publish" });
  const exited = { id: 1, previous: 0, type: "PassStateExited", at: 0, details: { name: "A", output: "1" } };
  expect(present(exited, false)).toHaveProperty("stateExitedEventDetails", {
    name: "A",
    outputDetails: { truncated: false },
  });
});
