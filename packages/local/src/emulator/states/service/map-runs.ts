import { z } from "zod";
import { AwsError, type Operation } from "../../../aws/service.ts";
import type { Engine } from "../engine.ts";
import type { MapRun } from "../store/map-runs.ts";
import { arn, checkArn, operation, seconds } from "./operation.ts";

/** Runs of distributed Maps: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export function mapRunOperations({ store }: Engine): Readonly<Record<string, Operation>> {
  return {
    DescribeMapRun: operation(z.object({ mapRunArn: arn }), ({ mapRunArn }) => {
      const run = store.mapRuns.get(checkArn(mapRunArn, "mapRun"));
      if (!run) throw new AwsError("ResourceNotFound", `Resource not found: '${mapRunArn}'`);
      const counts = countsOf(store.executions.countByStatus(mapRunArn), run);
      return {
        mapRunArn,
        executionArn: run.executionArn,
        status: run.status,
        ...dates(run),
        maxConcurrency: run.maxConcurrency,
        toleratedFailurePercentage: run.toleratedPercentage,
        toleratedFailureCount: run.toleratedCount,
        itemCounts: counts,
        executionCounts: counts,
        redriveCount: 0,
      };
    }),

    // One execution has few runs: they come in one page.
    ListMapRuns: operation(z.object({ executionArn: arn }), ({ executionArn }) => {
      const execution = store.executions.byArn(checkArn(executionArn, "execution|express"));
      if (!execution) {
        throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
      }
      const { machineArn: stateMachineArn } = execution;
      return {
        mapRuns: store.mapRuns
          .list(execution.id)
          .map((run) => ({ executionArn, mapRunArn: run.arn, stateMachineArn, ...dates(run) })),
      };
    }),
  };
}

const dates = ({ startedAt, stoppedAt }: MapRun) => ({
  startDate: seconds(startedAt),
  ...(stoppedAt === null ? {} : { stopDate: seconds(stoppedAt) }),
});

/** Items are counted as the child executions that have them: a batch counts once. */
function countsOf(byStatus: Readonly<Record<string, number>>, { itemCount }: MapRun): object {
  const {
    RUNNING: running = 0,
    SUCCEEDED: succeeded = 0,
    FAILED: failed = 0,
    ABORTED: aborted = 0,
  } = byStatus;
  const begun = running + succeeded + failed + aborted;
  const total = Math.max(itemCount, begun);
  return {
    pending: total - begun,
    running,
    succeeded,
    failed,
    timedOut: 0,
    aborted,
    total,
    resultsWritten: 0,
  };
}
