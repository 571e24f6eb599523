import { z } from "zod";

/** What ECS says of the task that this process runs in. */
export interface EcsTask {
  /** When its image began to be pulled: billing begins then. */
  readonly pullStartedAt: string | undefined;
  readonly size: { readonly vcpu: number; readonly memoryGb: number } | undefined;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html */
const Metadata = z.object({
  PullStartedAt: z.string().optional(),
  Limits: z.object({ CPU: z.number().positive(), Memory: z.number().positive() }).optional(),
});

const TIMEOUT_MS = 2_000;

/** Asks the metadata endpoint; undefined outside of ECS. Throws when it does not answer as it should. */
export async function ecsTask(env: NodeJS.ProcessEnv = process.env): Promise<EcsTask | undefined> {
  const base = env.ECS_CONTAINER_METADATA_URI_V4;
  if (base === undefined) return undefined;
  const response = await fetch(`${base}/task`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The metadata endpoint answered ${response.status}.`);
  const { PullStartedAt, Limits } = Metadata.parse(await response.json());
  return {
    pullStartedAt: PullStartedAt === undefined ? undefined : new Date(PullStartedAt).toISOString(),
    size: Limits && { vcpu: Limits.CPU, memoryGb: Limits.Memory / 1024 },
  };
}
