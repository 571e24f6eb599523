/** What Secrets Manager keeps of a secret's declaration. */
export interface SecretSettings {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  /** Left out for a secret that only the API fills. */
  readonly value?: string;
}

export interface SecretValue {
  /** Text, or undefined for a binary one. */
  readonly text?: string;
  /** Base64. */
  readonly binary?: string;
}

export interface SecretVersion extends SecretValue {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** `AWSCURRENT`, `AWSPREVIOUS`, `AWSPENDING` or names of one's own. */
  readonly stages: readonly string[];
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** The value that was declared last, as a hash: only another one is a change. */
  readonly declared?: string;
  /** In the order of their making. */
  readonly versions: readonly SecretVersion[];
}
