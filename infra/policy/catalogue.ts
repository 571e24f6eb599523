import type { Rule } from "./rule.ts";
import { API } from "./rules/api.ts";
import { BUCKETS } from "./rules/buckets.ts";
import { CACHE } from "./rules/cache.ts";
import { DATABASE } from "./rules/database.ts";
import { FILES } from "./rules/files.ts";
import { FUNCTIONS } from "./rules/functions.ts";
import { IDENTITY } from "./rules/identity.ts";
import { NETWORK } from "./rules/network.ts";
import { OPERATIONS } from "./rules/operations.ts";
import { TASKS } from "./rules/tasks.ts";
import { TOPICS } from "./rules/topics.ts";
import { WORKFLOW } from "./rules/workflow.ts";

/** All rules, in the order of their numbers. */
export const RULES: readonly Rule[] = [
  ...DATABASE,
  ...CACHE,
  ...FILES,
  ...TASKS,
  ...NETWORK,
  ...BUCKETS,
  ...TOPICS,
  ...WORKFLOW,
  ...FUNCTIONS,
  ...API,
  ...IDENTITY,
  ...OPERATIONS,
].sort((one, other) => Number(one.id.slice(1)) - Number(other.id.slice(1)));
