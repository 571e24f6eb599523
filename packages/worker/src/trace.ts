import { randomBytes } from "node:crypto";
import { PutTraceSegmentsCommand, XRayClient } from "@aws-sdk/client-xray";

export interface Trace {
  readonly traceId: string;
  /** The segment that this task's work belongs to. */
  readonly parentId: string;
}

/** Reads `Root=1-…;Parent=…;Sampled=1`; undefined for a trace that nobody keeps, and for what is no trace. */
export function readTrace(header: string | undefined): Trace | undefined {
  const fields = new Map(header?.split(";").map((field) => field.split("=", 2) as [string, string]));
  const [traceId, parentId] = [fields.get("Root"), fields.get("Parent")];
  if (fields.get("Sampled") !== "1" || !/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(traceId ?? "")) return undefined;
  if (traceId === undefined || !/^[0-9a-f]{16}$/.test(parentId ?? "") || parentId === undefined)
    return undefined;
  return { traceId, parentId };
}

export interface Traced {
  readonly name: string;
  /** Traces can be found by these. */
  readonly annotations: Readonly<Record<string, string | number>>;
  /** Whether this way of ending is a fault; being stopped is none. */
  readonly isFault: (error: unknown) => boolean;
  /** Hears that a segment could not be stored. The work goes on. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Runs work as a segment of a trace: one document when it begins, so that what never ends is seen as well, and the same
 * one, whole, when it ends. There is no X-Ray daemon beside a task, so the documents go to the service. Whatever X-Ray
 * does, the work is not disturbed; without a trace it is not asked at all.
 */
export async function traced<Result>(
  trace: Trace | undefined,
  { name, annotations, isFault, onTrouble }: Traced,
  run: () => Promise<Result>,
): Promise<Result> {
  if (!trace) return run();
  const identity = {
    name,
    id: randomBytes(8).toString("hex"),
    trace_id: trace.traceId,
    parent_id: trace.parentId,
  };
  const segment = { ...identity, start_time: seconds(), origin: "AWS::ECS::Fargate", annotations };
  const store = (document: object) => put(document).catch(onTrouble);
  const begun = store({ ...segment, in_progress: true });
  let ending = {};
  try {
    return await run();
  } catch (error) {
    ending = failure(error, isFault(error));
    throw error;
  } finally {
    await begun;
    await store({ ...segment, ...ending, end_time: seconds() });
  }
}

const seconds = () => Date.now() / 1000;

/** The type alone: messages may quote the source, and a trace is read by more people than a log. */
function failure(error: unknown, fault: boolean) {
  const type = error instanceof Error ? error.name : typeof error;
  return fault ? { fault, cause: { exceptions: [{ id: randomBytes(8).toString("hex"), type }] } } : {};
}

/** A task waits this long at its end at the most, twice. */
const PATIENCE_MS = 2000;
let client: XRayClient | undefined;

async function put(document: object): Promise<void> {
  client ??= new XRayClient({ maxAttempts: 2 });
  const command = new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(document)] });
  const { UnprocessedTraceSegments: refused = [] } = await client.send(command, {
    abortSignal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (refused[0])
    throw new Error(`X-Ray refused the segment: ${refused[0].ErrorCode ?? ""} ${refused[0].Message ?? ""}`);
}
