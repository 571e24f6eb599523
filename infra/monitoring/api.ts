/// <reference path="../../.sst/platform/config.d.ts" />
import { createAlarm, type Metric } from "../alarm";
import { api } from "../api";

export const rest = (name: string, statistic: Metric["statistic"]): Metric => ({
  namespace: "AWS/ApiGateway",
  name,
  dimensions: { ApiName: api.nodes.api.name, Stage: $app.stage },
  statistic,
});

createAlarm("ApiErrors", {
  says: "One in twenty calls of the API, or more, fails through our fault.",
  everywhere: true,
  // The average of a count of zeros and ones: the share of calls that were answered with 5xx.
  metric: rest("5XXError", "Average"),
  // AWS's own recommendation. Two periods of three, so that one unlucky call of a quiet night wakes nobody.
  when: { atLeast: 0.05 },
  minutes: 5,
  of: [2, 3],
  // No calls, no errors.
  missing: "notBreaching",
});

createAlarm("ApiLatency", {
  says: "One in twenty calls of the API takes more than a second.",
  metric: rest("Latency", "p95"),
  // Ours take less than 150 ms at 100 calls a second (docs/decisions). Gateway, TLS and a database in another zone add
  // less than that again, so a second is three times the worst that is expected.
  when: { atLeast: 1000 },
  minutes: 5,
  of: [3, 3],
  missing: "notBreaching",
});

createAlarm("ApiLatencyTail", {
  says: "One in a hundred calls of the API takes more than five seconds.",
  metric: rest("Latency", "p99"),
  // A cold start takes one to two seconds: code, secret, TLS to the database. Five means that callers wait for a database
  // that does not answer; after 29 the gateway gives up.
  when: { atLeast: 5000 },
  minutes: 5,
  of: [3, 3],
  missing: "notBreaching",
});
