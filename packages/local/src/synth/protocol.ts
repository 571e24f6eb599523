/** What passes between `synthesize` and the process that evaluates the config. */

export interface EvaluateOptions {
  readonly root: string;
  readonly stage: string;
  readonly dev: boolean;
  /** Makes random values (passwords, keys, suffixes of names) the same for the same seed. */
  readonly seed: string;
  /** Types whose outputs the caller wants to complete, for example with addresses of servers it will start. */
  readonly askFor: readonly string[];
  /** An empty folder for whatever is written on the way. It goes with the evaluation. */
  readonly work: string;
}

export interface Question {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type FromEvaluator =
  | { readonly kind: "question"; readonly question: Question }
  | { readonly kind: "graph"; readonly graph: unknown }
  | { readonly kind: "error"; readonly message: string };

export interface Reply {
  readonly id: number;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export const ACCOUNT_ID = "123456789012";
