import { ACCOUNT } from "./account.ts";
import { COMPUTE, COMPUTE_MENDED } from "./compute.ts";
import { DATA, DATA_MENDED } from "./data.ts";
import type { Mutation } from "./draft.ts";
import { FUNCTIONS, FUNCTIONS_MENDED } from "./functions.ts";
import { STORAGE, STORAGE_MENDED } from "./storage.ts";

/** Mistakes, each of which turns one rule red and no other. */
export const MISTAKES: readonly Mutation[] = [...DATA, ...COMPUTE, ...STORAGE, ...FUNCTIONS, ...ACCOUNT];

/** What is waived today, done right: the other direction for rules that the graph breaks with a reason. */
export const MENDED: readonly Mutation[] = [
  ...DATA_MENDED,
  ...COMPUTE_MENDED,
  ...STORAGE_MENDED,
  ...FUNCTIONS_MENDED,
];
