import type { MapState } from "../definition/types.ts";
import type { Engine } from "../engine.ts";
import { RESULT_WRITER_FAILED } from "../error.ts";
import { type CallContext, TaskError } from "../integration.ts";
import { isObject, type Json } from "../json.ts";
import { type Bindings, evaluateTemplate } from "../query/template.ts";
import type { Execution } from "../store/executions.ts";
import { callS3 } from "./reader.ts";

/** Writes what the children of a run did to S3: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
export async function writeResults(
  writer: NonNullable<MapState["ResultWriter"]>,
  run: { readonly arn: string; readonly children: readonly Execution[] },
  bindings: Bindings,
  engine: Engine,
  context: CallContext,
): Promise<Json> {
  const target = await evaluateTemplate(writer.Arguments ?? {}, "ResultWriter/Arguments", bindings);
  if (!isObject(target) || typeof target.Bucket !== "string") {
    throw new TaskError(RESULT_WRITER_FAILED, "The ResultWriter's Arguments name no Bucket.");
  }
  const { Bucket, Prefix = "" } = target;
  const id = run.arn.slice(run.arn.lastIndexOf(":") + 1);
  const folder = typeof Prefix === "string" && Prefix !== "" ? `${Prefix.replace(/\/$/, "")}/${id}` : id;
  const put = async (name: string, body: unknown) => {
    await callS3(
      engine,
      "putObject",
      { Bucket, Key: `${folder}/${name}`, Body: JSON.stringify(body) },
      context,
    );
    return `${folder}/${name}`;
  };
  const files: Record<string, Json[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for (const [status, listed] of Object.entries(files)) {
    const children = run.children.filter((child) => child.status === status).map(describeChild);
    if (children.length === 0) continue;
    const key = await put(`${status}_0.json`, children);
    listed.push({ Key: key, Size: Buffer.byteLength(JSON.stringify(children)) });
  }
  const manifest = await put("manifest.json", {
    DestinationBucket: Bucket,
    MapRunArn: run.arn,
    ResultFiles: files,
  });
  return { MapRunArn: run.arn, ResultWriterDetails: { Bucket, Key: manifest } };
}

const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

function describeChild(child: Execution) {
  const { output, error, cause } = child;
  return {
    ExecutionArn: child.arn,
    Name: child.name,
    StateMachineArn: child.machineArn,
    Status: child.status,
    StartDate: iso(child.startedAt),
    StopDate: iso(child.stoppedAt),
    Input: child.input,
    InputDetails: { Included: true },
    ...(output === null ? {} : { Output: output, OutputDetails: { Included: true } }),
    ...(error === null ? {} : { Error: error }),
    ...(cause === null ? {} : { Cause: cause }),
    RedriveCount: 0,
  };
}
