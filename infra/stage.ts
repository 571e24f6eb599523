/**
 * Every difference between stages, and the only place that asks which stage this is.
 *
 * `production` is built to keep a company's videos: redundant, protected, retained. Every other stage is the cheapest
 * thing that still has the same shape, and is gone without a trace after `sst remove`.
 */
export const isPermanent = $app.stage === "production";

interface Sizes {
  /** NAT gateways, at $45 a month each plus $0.062 a GB (ap-northeast-1, 2026-11): one per zone survives a zone's loss. */
  readonly natGateways: 1 | 2;
  /** Interface endpoints keep traffic to AWS off the NAT, at $10 a month each and zone (ap-northeast-1, 2026-11). */
  readonly interfaceEndpoints: boolean;
  readonly database: { readonly instance: string; readonly multiAz: boolean; readonly poolSize: number };
  readonly cache: { readonly instance: string; readonly nodes: 1 | 2; readonly snapshotDays: number };
  readonly worker: { readonly cpu: "2 vCPU" | "4 vCPU"; readonly memory: "4 GB" | "8 GB" };
  /** Functions that may run at once and each hold database connections. */
  readonly apiConcurrency: number;
  readonly logRetention: "2 weeks" | "1 year";
}

const production: Sizes = {
  natGateways: 2,
  interfaceEndpoints: true,
  database: { instance: "t4g.medium", multiAz: true, poolSize: 1 },
  cache: { instance: "t4g.small", nodes: 2, snapshotDays: 5 },
  worker: { cpu: "4 vCPU", memory: "8 GB" },
  apiConcurrency: 100,
  logRetention: "1 year",
};

const small: Sizes = {
  natGateways: 1,
  interfaceEndpoints: false,
  database: { instance: "t4g.micro", multiAz: false, poolSize: 1 },
  cache: { instance: "t4g.micro", nodes: 1, snapshotDays: 0 },
  worker: { cpu: "2 vCPU", memory: "4 GB" },
  apiConcurrency: 20,
  logRetention: "2 weeks",
};

export const sizes = isPermanent ? production : small;
