import { ofType } from "../../../packages/local/src/synth/graph.ts";
import { all, each, weighing, whenPermanent } from "../checks.ts";
import { atLeast, isNot, set } from "../conditions.ts";
import { unwatched } from "../read/alarms.ts";
import type { Rule } from "../rule.ts";
import { TYPE } from "../types.ts";

const { compositeAlarm, logGroup, metricAlarm } = TYPE;
const rings = { actionsEnabled: isNot(false), alarmActions: set };

/** P73 and P74: logs and alarms. */
export const OPERATIONS: readonly Rule[] = [
  {
    id: "P73",
    title: "Logs are kept for a time that somebody chose: a year where it counts, under a key of our own",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_66", "CKV_AWS_338", "CKV_AWS_158", "AWS-0017", "CloudWatch.16"],
    resources: [logGroup],
    check: all(
      each(logGroup, { retentionInDays: atLeast(1) }),
      whenPermanent(
        weighing("W", ({ graph, permanent }) =>
          // One that is kept for ever is worse, and reported above.
          each(logGroup, { retentionInDays: atLeast(365) })({
            graph: {
              ...graph,
              resources: ofType(graph, logGroup).filter(({ inputs }) =>
                atLeast(1).holds(inputs.retentionInDays),
              ),
            },
            permanent,
          }),
        ),
      ),
      whenPermanent(weighing("W", each(logGroup, { kmsKeyId: set }))),
    ),
  },
  {
    id: "P74",
    title: "Somebody is told when something fails or fills up",
    gate: "B",
    stages: "permanent",
    sources: ["CKV_AWS_319", "CloudWatch.15", "CloudWatch.17"],
    resources: [metricAlarm],
    check: all(each(metricAlarm, rings), each(compositeAlarm, rings), unwatched),
  },
];
