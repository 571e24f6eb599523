import { ofType } from "../../packages/local/src/synth/graph.ts";
import { allStates, type Definition, happyPath } from "../states/definition.ts";
import type { Index } from "./index.ts";
import { arrow, functionLinks, taskLinks } from "./links.ts";
import { SUBSCRIBERS, VIEWERS } from "./nodes.ts";
import type { Arrow } from "./picture.ts";
import { natsOf, tierId } from "./places.ts";

/** Every connection that the graph declares between two boxes, once. */
export function arrowsOf(index: Index): Arrow[] {
  const all = READERS.flatMap((read) => read(index));
  return [...new Map(all.map((arrow) => [`${arrow.from} ${arrow.to} ${arrow.kind}`, arrow])).values()];
}

type Reader = (index: Index) => Arrow[];

const READERS: readonly Reader[] = [
  viewers,
  routesOfDistributions,
  uploads,
  integrations,
  notifications,
  schedules,
  steps,
  functionLinks,
  taskLinks,
  subscriptions,
  rules,
  nats,
];

function viewers({ drawn }: Index): Arrow[] {
  return drawn
    .filter(({ type }) => type === "aws:cloudfront/distribution:Distribution")
    .flatMap(({ urn }) => arrow(VIEWERS, urn, "request"));
}

/** A route of the router is an entry of a key value store, which a function of the distribution looks up. */
function routesOfDistributions({ graph, find }: Index): Arrow[] {
  const distributions = ofType(graph, "aws:cloudfront/distribution:Distribution");
  const functions = ofType(graph, "aws:cloudfront/function:Function");
  return ofType(graph, "pulumi-nodejs:dynamic:Resource").flatMap(({ inputs }) => {
    const { metadata } = (inputs.entries ?? {}) as { metadata?: string };
    if (metadata === undefined) return [];
    const readers = functions.filter(({ inputs: fn }) =>
      ((fn.keyValueStoreAssociations ?? []) as unknown[]).includes(inputs.store),
    );
    const target = find(originOf(metadata));
    return distributions
      .filter((distribution) =>
        readers.some((fn) => JSON.stringify(distribution.inputs).includes(String(fn.outputs.arn))),
      )
      .flatMap(({ urn }) => arrow(urn, target, "request"));
  });
}

/** The domain of a bucket, or the first part of an API's. */
function originOf(metadata: string): string | undefined {
  const { domain, host, s3 } = JSON.parse(metadata) as {
    domain?: string;
    host?: string;
    s3?: { domain: string };
  };
  return domain ?? s3?.domain ?? host?.split(".").slice(0, 2).join(".");
}

/** A bucket that browsers may PUT to, and that a function may sign addresses of, is uploaded to past everything else. */
function uploads(index: Index): Arrow[] {
  const signed = new Set(functionLinks(index).map(({ to }) => to));
  return ofType(index.graph, "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2")
    .filter(({ inputs }) => JSON.stringify(inputs.corsRules ?? []).includes('"PUT"'))
    .map(({ inputs }) => index.find(inputs.bucket))
    .filter((bucket) => bucket !== undefined && signed.has(bucket))
    .flatMap((bucket) => arrow(VIEWERS, bucket, "request", "uploads"));
}

function integrations({ graph, find }: Index): Arrow[] {
  return ofType(graph, "aws:apigateway/integration:Integration").flatMap(({ inputs }) =>
    arrow(
      find(inputs.restApi),
      find(/functions\/(.+)\/invocations$/.exec(String(inputs.uri))?.[1]),
      "request",
    ),
  );
}

function notifications({ graph, find }: Index): Arrow[] {
  return ofType(graph, "aws:s3/bucketNotification:BucketNotification").flatMap(({ inputs }) =>
    ((inputs.lambdaFunctions ?? []) as { lambdaFunctionArn: string }[]).flatMap(({ lambdaFunctionArn }) =>
      arrow(find(inputs.bucket), find(lambdaFunctionArn), "event"),
    ),
  );
}

function schedules({ graph, find }: Index): Arrow[] {
  return ofType(graph, "aws:cloudwatch/eventTarget:EventTarget").flatMap(({ inputs }) =>
    arrow(find(inputs.rule), find(inputs.arn), "event"),
  );
}

/** What each state calls, numbered along the happy path. */
function steps({ graph, find }: Index): Arrow[] {
  return ofType(graph, "aws:sfn/stateMachine:StateMachine").flatMap(({ urn, inputs }) => {
    const definition = JSON.parse(String(inputs.definition)) as Definition;
    const numbered = happyPath(definition, 1).filter(({ state }) => state.Type === "Task");
    return allStates(definition).flatMap(([name, { Arguments = {} }]) => {
      const target =
        find(Arguments.FunctionName) ?? find(Arguments.TaskDefinition) ?? find(Arguments.TopicArn);
      const number = numbered.findIndex((step) => step.name === name) + 1;
      return number > 0 ? arrow(urn, target, "step", String(number)) : arrow(urn, target, "failure", "!");
    });
  });
}

function subscriptions({ graph, find }: Index): Arrow[] {
  return ofType(graph, "aws:sns/topicSubscription:TopicSubscription").flatMap(({ inputs }) =>
    arrow(find(inputs.topic), find(inputs.endpoint) ?? SUBSCRIBERS, "event"),
  );
}

/** What a security group's rules let in, from a group that is drawn to each box that has the other. */
function rules({ graph, drawn, attachments }: Index): Arrow[] {
  return ofType(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").flatMap(({ inputs }) =>
    drawn
      .filter(({ urn }) => attachments.get(urn)?.securityGroups.includes(String(inputs.securityGroupId)))
      .flatMap(({ urn }) => arrow(String(inputs.referencedSecurityGroupId), urn, "network")),
  );
}

function nats({ graph, places, find }: Index): Arrow[] {
  return [...places.values()].flatMap((place) =>
    natsOf(graph, place.id).flatMap((nat) => arrow(tierId(place), find(nat), "network")),
  );
}
