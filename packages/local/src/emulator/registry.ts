import { api } from "./api/api.ts";
import { cdn } from "./cdn/cdn.ts";
import type { Emulator } from "./emulator.ts";
import { endpoint } from "./endpoint.ts";
import { functions } from "./function/function.ts";
import { invocation } from "./invocation.ts";
import { postgres } from "./postgres/postgres.ts";
import { redis } from "./redis/redis.ts";
import { buckets } from "./buckets.ts";
import { schedule } from "./schedule.ts";
import { secrets } from "./secret-values.ts";
import { queues } from "./queues.ts";
import { topics } from "./topics.ts";
import { stateMachines } from "./state-machines.ts";
import { ecs } from "./task/ecs.ts";

/** Every stand-in, each after the ones that it needs. */
export const EMULATORS: readonly Emulator[] = [
  secrets,
  postgres,
  redis,
  buckets,
  topics,
  queues,
  endpoint,
  functions,
  ecs,
  stateMachines,
  invocation,
  api,
  cdn,
  schedule,
];
