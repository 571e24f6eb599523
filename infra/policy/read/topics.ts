import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { at, listOf, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";
import { allowsAction, permissionsOf } from "./iam.ts";

/** The key of this graph that an id, an ARN or an alias means. AWS's own keys (`alias/aws/…`) are none. */
export function keyOf(graph: Graph, reference: unknown): Resource | undefined {
  const alias = ofType(graph, TYPE.alias).find(({ id, inputs, outputs }) =>
    [id, inputs.name, outputs.arn].includes(reference),
  );
  const wanted = alias ? alias.inputs.targetKeyId : reference;
  return ofType(graph, TYPE.key).find(({ id, outputs }) => [id, outputs.keyId, outputs.arn].includes(wanted));
}

/** The services that publish to a topic in their own name. */
export function publishers(graph: Graph, { outputs: { arn } }: Resource): string[] {
  const ring = [TYPE.metricAlarm, TYPE.compositeAlarm].some((type) =>
    ofType(graph, type).some(({ inputs }) => stringsOf(inputs.alarmActions).some((action) => action === arn)),
  );
  const store = ofType(graph, TYPE.bucketNotification).some(({ inputs }) =>
    listOf(inputs.topics).some((entry) => at(entry, "topicArn") === arn),
  );
  const events = ofType(graph, TYPE.eventTarget).some(({ inputs }) => inputs.arn === arn);
  const budgets = ofType(graph, "aws:budgets/budget:Budget").some(({ inputs }) =>
    listOf(inputs.notifications).some((entry) =>
      stringsOf(at(entry, "subscriberSnsTopicArns")).some((target) => target === arn),
    ),
  );
  return [
    ...(ring ? ["cloudwatch.amazonaws.com"] : []),
    ...(store ? ["s3.amazonaws.com"] : []),
    ...(events ? ["events.amazonaws.com"] : []),
    ...(budgets ? ["budgets.amazonaws.com"] : []),
  ];
}

/** The roles that may publish to a topic. Encrypted, it wants the use of its key from them as well. */
export function publishingRoles(graph: Graph, { outputs: { arn } }: Resource): Resource[] {
  return ofType(graph, TYPE.role).filter((role) =>
    allowsAction(permissionsOf(graph, role), "sns:Publish", String(arn)),
  );
}
