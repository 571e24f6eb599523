import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import { AROUND } from "../../packages/core/src/plan/assumptions.ts";
import type { Plan } from "../../packages/core/src/plan/plan.ts";
import { billedDiskGb } from "../../packages/core/src/price/bill.ts";
import { WORK } from "./assumptions.ts";
import { functionPrice, memoryGb } from "./functions.ts";
import type { Priced } from "./lines.ts";
import { requirePrice } from "./prices.ts";
import type { AssumedVideo } from "./video.ts";
import type { Workflow } from "./workflow.ts";

/** The tasks of a plan, by the price of the architecture that they are defined for. */
export function taskUses({ name, inputs }: Resource, { task, estimate }: Plan): Priced[] {
  const { cpuArchitecture = "X86_64" } = (inputs.runtimePlatform ?? {}) as { cpuArchitecture?: string };
  const hours = estimate.vcpuSeconds / task.vcpu / 3600;
  const price = (what: string) => requirePrice(`fargate.${cpuArchitecture}.${what}`, `Task "${name}"`);
  return [
    { item: "Fargate, vCPU", price: price("vcpuHour"), units: hours * task.vcpu },
    { item: "Fargate, memory", price: price("gbHour"), units: hours * task.memoryGb },
    { item: "Fargate, disk", price: "fargateDiskGbHour", units: hours * billedDiskGb(task.diskGb) },
  ];
}

/** The functions that the workflow and the upload call, and those behind the API. */
export function functionUses(graph: Graph, { functions }: Workflow): Priced[] {
  const steps = functions.map((called) => ({
    ...called,
    seconds: copies(called.resource) ? WORK.copySeconds.value : WORK.stepSeconds.value,
  }));
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

/** The step that shows a source as it is: each source is counted as if that could be done. */
const copies = ({ name }: Resource) => name.startsWith("Preview");

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
    { item: "S3, parts read", price: "s3Get", units: parts + AROUND.objectsBeside.value },
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
