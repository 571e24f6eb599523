import type { Graph, Resource } from "../../../packages/local/src/synth/graph.ts";
import { ofType } from "../../graph.ts";
import { actionsOf, type Target } from "./actions.ts";
import type { Use } from "./code.ts";
import { standsFor } from "./grants.ts";

/** An action that somebody cannot do without, and what a policy may write for what it is done to. */
export interface Need {
  readonly action: string;
  /** For people: what it is done to. */
  readonly on: string;
  readonly isMetBy: (resource: string) => boolean;
}

export type Links = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A need that is met by whatever stands for this very resource. */
export const need = (action: string, on: string): Need => ({
  action,
  on,
  isMetBy: (pattern) => standsFor(pattern, on),
});

/** What a program asks of AWS by itself, with the links that it has. */
export function needsOfCode(use: Use, links: Links, graph: Graph): Need[] {
  const needs = actionsOf(use.sdk).flatMap(({ action, target }) => on[target](action, usedBy(use, links)));
  return [...needs, ...keysOfSecrets(needs, graph)];
}

function usedBy({ links: used }: Use, links: Links): Links {
  return Object.fromEntries(Object.entries(links).filter(([name]) => used.has(name)));
}

const textOf = (links: Links, type: string, property: string) =>
  Object.values(links)
    .filter((link) => link.type === type)
    .map((link) => String(link[property]));

const buckets = (links: Links) =>
  textOf(links, "sst:aws:Bucket", "name").map((name) => `arn:aws:s3:::${name}`);
const machines = (links: Links) => textOf(links, "sst:aws:StepFunctions", "arn");

/** Actions by what they are done to. Which keys of a bucket a program uses is not written in its code's imports. */
const on: Record<Target, (action: string, links: Links) => Need[]> = {
  objects: (action, links) =>
    buckets(links).map((bucket) => ({
      action,
      on: `objects of ${bucket}`,
      isMetBy: (pattern) => pattern.startsWith(`${bucket}/`),
    })),
  bucket: (action, links) => buckets(links).map((bucket) => need(action, bucket)),
  secrets: (action, links) =>
    Object.values(links)
      .filter((link) => typeof link.secretArn === "string")
      .map((link) => need(action, String(link.secretArn))),
  machine: (action, links) => machines(links).map((arn) => need(action, arn)),
  executions: (action, links) =>
    machines(links).map((arn) => need(action, `${arn.replace(":stateMachine:", ":execution:")}:any`)),
  topics: (action, links) => textOf(links, "sst:aws:SnsTopic", "arn").map((arn) => need(action, arn)),
  anything: (action) => [need(action, "*")],
};

/** Who reads a secret decrypts it with the secret's key. */
function keysOfSecrets(needs: readonly Need[], graph: Graph): Need[] {
  const read = needs.filter(({ action }) => action === "secretsmanager:GetSecretValue");
  return ofType(graph, "aws:secretsmanager/secret:Secret")
    .filter(({ outputs, inputs }) => inputs.kmsKeyId && read.some((one) => one.on === outputs.arn))
    .map(({ inputs }) => need("kms:Decrypt", String(inputs.kmsKeyId)));
}

/** What Lambda does under a function's role, because infrastructure says so. */
export function needsOfFunction({ inputs, outputs }: Resource, graph: Graph): Need[] {
  const { loggingConfig, kmsKeyArn, vpcConfig, tracingConfig } = inputs as {
    loggingConfig: { logGroup: string };
    kmsKeyArn?: string;
    vpcConfig?: object;
    tracingConfig?: { mode: string };
  };
  const place = String(outputs.arn).split(":").slice(3, 5).join(":");
  const log = `arn:aws:logs:${place}:log-group:${loggingConfig.logGroup}:log-stream:any`;
  const failures = ofType(graph, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    .filter((config) => config.inputs.functionName === outputs.name)
    .map((config) => config.inputs.destinationConfig as { onFailure: { destination: string } });
  return [
    ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => need(action, log)),
    ...(vpcConfig ? ofInterfaces(place) : []),
    ...(tracingConfig?.mode === "Active" ? TRACES.map((action) => need(action, "*")) : []),
    ...(kmsKeyArn ? [need("kms:Decrypt", kmsKeyArn)] : []),
    ...ofFiles(inputs, graph),
    ...failures.map(({ onFailure }) => need("sqs:SendMessage", onFailure.destination)),
  ];
}

/** Lambda mounts under the function's role, by an access point; what a policy names is the file system. */
function ofFiles({ fileSystemConfig }: Resource["inputs"], graph: Graph): Need[] {
  const { arn } = (fileSystemConfig ?? {}) as { arn?: string };
  const point = ofType(graph, "aws:efs/accessPoint:AccessPoint").find(({ outputs }) => outputs.arn === arn);
  return ofType(graph, "aws:efs/fileSystem:FileSystem")
    .filter(({ id }) => id === point?.inputs.fileSystemId)
    .flatMap(({ outputs }) =>
      ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"].map((action) =>
        need(action, String(outputs.arn)),
      ),
    );
}

export const TRACES = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

/** AWSLambdaVPCAccessExecutionRole, version 3, as AWS shows it, without what it allows for logs. */
function ofInterfaces(place: string): Need[] {
  const anyOf = `arn:aws:ec2:${place}:network-interface/any`;
  return [
    need("ec2:CreateNetworkInterface", anyOf),
    need("ec2:DeleteNetworkInterface", anyOf),
    need("ec2:AssignPrivateIpAddresses", anyOf),
    need("ec2:UnassignPrivateIpAddresses", anyOf),
    need("ec2:DescribeNetworkInterfaces", "*"),
    need("ec2:DescribeSubnets", "*"),
  ];
}
