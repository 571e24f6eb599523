/// <reference path="../../.sst/platform/config.d.ts" />
import { createAlarm, type Metric } from "../alarm";
import { apiHandler } from "../api";
import { reconcile, sourceUploaded } from "../ingest";
import { sweepScratch, sweepStorage } from "../maintenance";
import { steps } from "../workflow";

interface Watched {
  readonly name: string;
  readonly functionName: $util.Input<string>;
  /** Failed invocations that are one too many, in a quarter of an hour or the time that is given. */
  readonly errors: number;
  readonly minutes?: number;
}

/** Every function that runs by itself. The migrator is not among them: its failure is the deployment's. */
export const functions: readonly Watched[] = [
  // It answers every error that it knows: what is counted here crashed, ran out of time or memory.
  { name: "Api", functionName: apiHandler.name, errors: 5 },
  // Lambda tries an event three times, then it is a dead letter: more than one event's tries.
  {
    name: "SourceUploaded",
    functionName: sourceUploaded.nodes.functions.apply(([fn]) => fn?.name ?? ""),
    errors: 4,
  },
  // A refused source is an error of this step, too, so this is a flood and not a single bad file.
  { name: "Inspect", functionName: steps.inspect.name, errors: 20 },
  // A video goes on without it: this is no file that cannot be copied, but a defect or S3 away.
  { name: "Preview", functionName: steps.preview.name, errors: 20 },
  { name: "Publish", functionName: steps.publish.name, errors: 20 },
  // Without it a failure stays unrecorded. Tried again for an hour; a few are a database that fails over.
  { name: "RecordFailure", functionName: steps.recordFailure.name, errors: 10 },
  // It runs three times in that quarter: twice in a row is no accident.
  { name: "Reconcile", functionName: reconcile.nodes.function.name, errors: 2 },
  // Each runs once an hour or a day, for a quarter of an hour at most, and is tried three times.
  { name: "SweepScratch", functionName: sweepScratch.nodes.function.name, errors: 3, minutes: 60 },
  { name: "SweepStorage", functionName: sweepStorage.nodes.function.name, errors: 3, minutes: 60 },
];

export const lambda = (
  functionName: $util.Input<string>,
  name: string,
  statistic: Metric["statistic"] = "Sum",
): Metric => ({
  namespace: "AWS/Lambda",
  name,
  dimensions: { FunctionName: functionName },
  statistic,
});

for (const { name, functionName, errors, minutes = 15 } of functions) {
  createAlarm(`${name}FunctionErrors`, {
    says: `The function ${name} fails again and again.`,
    runbook: "FunctionErrors",
    metric: lambda(functionName, "Errors"),
    when: { atLeast: errors },
    minutes,
    of: [1, 1],
    missing: "notBreaching",
  });
}

createAlarm("FunctionThrottles", {
  says: "Functions are refused because too many run at once.",
  metric: functions.map(({ functionName }) => lambda(functionName, "Throttles")),
  // The API may run 100 at once (sizes.apiConcurrency), to protect the database; the others share the account's 1,000. A
  // burst is retried by its caller; ten refusals in each of three periods are more calls than there is room for.
  when: { atLeast: 10 },
  minutes: 5,
  of: [3, 3],
  missing: "notBreaching",
});

createAlarm("ReconcileSilent", {
  says: "Nothing looks after stuck videos: the reconciler has not run for half an hour.",
  metric: lambda(reconcile.nodes.function.name, "Invocations"),
  // Every five minutes, so six times in that time.
  when: { below: 1 },
  minutes: 15,
  of: [2, 2],
  missing: "breaching",
});
