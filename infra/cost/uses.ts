import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import { WORK } from "./assumptions.ts";
import { functionPrice, memoryGb } from "./functions.ts";
import type { Priced } from "./lines.ts";
import { requirePrice } from "./prices.ts";
import type { AssumedVideo } from "./video.ts";
import { taskSeconds, type Workflow } from "./workflow.ts";

/** Fargate gives each task so much disk for nothing. */
const FREE_DISK_GB = 20;

/** A task that takes its share of a video's encoding, `times` of them. */
export function taskUses({ name, inputs }: Resource, times: number, encodeSeconds: number): Priced[] {
  const { cpuArchitecture = "X86_64" } = (inputs.runtimePlatform ?? {}) as { cpuArchitecture?: string };
  const { sizeInGib = FREE_DISK_GB } = (inputs.ephemeralStorage ?? {}) as { sizeInGib?: number };
  const vcpus = Number(inputs.cpu) / 1024;
  const hours = (times * taskSeconds(vcpus, 1 / times, encodeSeconds)) / 3600;
  const price = (what: string) => requirePrice(`fargate.${cpuArchitecture}.${what}`, `Task "${name}"`);
  return [
    { item: "Fargate, vCPU", price: price("vcpuHour"), units: hours * vcpus },
    { item: "Fargate, memory", price: price("gbHour"), units: (hours * Number(inputs.memory)) / 1024 },
    {
      item: "Fargate, disk",
      price: "fargateDiskGbHour",
      units: hours * Math.max(0, sizeInGib - FREE_DISK_GB),
    },
  ];
}

/** The functions that the workflow and the upload call, and those behind the API. */
export function functionUses(graph: Graph, { functions }: Workflow): Priced[] {
  const steps = functions.map((called) => ({ ...called, seconds: WORK.functionSeconds.value }));
  const api = apiFunctions(graph).map((resource, _, all) => ({
    resource,
    times: WORK.apiRequests.value / all.length,
    seconds: WORK.apiSeconds.value,
  }));
  return [...steps, ...api].flatMap(({ resource, times, seconds }): Priced[] => [
    { item: "Lambda, calls", price: "lambdaRequest", units: times },
    {
      item: "Lambda, seconds of memory",
      price: functionPrice(resource),
      units: times * seconds * memoryGb(resource),
    },
  ]);
}

function apiFunctions(graph: Graph): Resource[] {
  const uris = ofType(graph, "aws:apigateway/integration:Integration").map(({ inputs }) =>
    String(inputs.uri),
  );
  return ofType(graph, "aws:lambda/function:Function").filter(({ outputs }) =>
    uris.some((uri) => uri.includes(`${String(outputs.arn)}/`)),
  );
}

export function apiUses(graph: Graph): Priced[] {
  const units = WORK.apiRequests.value;
  const firewalls = ofType(graph, "aws:wafv2/webAcl:WebAcl").length;
  return [
    { item: "API Gateway", price: "apiRequest", units },
    ...(firewalls > 0 ? [{ item: "WAF", price: "wafRequest", units: units * firewalls } as const] : []),
  ];
}

export function storageRequests({ objects, parts }: AssumedVideo): Priced[] {
  return [
    { item: "S3, objects and parts written", price: "s3Put", units: objects + parts },
    { item: "S3, parts read", price: "s3Get", units: parts + WORK.objectsBeside.value },
  ];
}

/** Bytes between the private subnets and AWS: S3's go through its gateway endpoint, where there is one. */
export function traffic(graph: Graph, { sourceGb, outputGb }: AssumedVideo): Priced[] {
  const endpoints = ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => inputs);
  const hasS3 = endpoints.some(({ serviceName }) => String(serviceName).endsWith(".s3"));
  const hasInterfaces = endpoints.some(({ vpcEndpointType }) => vpcEndpointType === "Interface");
  const control = WORK.controlMb.value / 1000;
  const throughNat = (hasS3 ? 0 : sourceGb + outputGb) + (hasInterfaces ? 0 : control);
  return [
    ...(hasInterfaces
      ? [{ item: "Interface endpoints, data", price: "endpointGb", units: control } as const]
      : []),
    { item: "NAT, data", price: "natGb", units: throughNat },
  ];
}

export function sharedFiles(graph: Graph, { sourceGb }: AssumedVideo): Priced[] {
  if (ofType(graph, "aws:efs/fileSystem:FileSystem").length === 0) return [];
  const units = sourceGb * WORK.scratchShare.value;
  return [
    { item: "EFS, written", price: "efsWriteGb", units },
    { item: "EFS, read", price: "efsReadGb", units },
  ];
}
