/**
 * Every difference between stages, and the only place that asks which stage this is.
 *
 * `production` is built to keep a company's videos: redundant, protected, retained. Every other stage is the cheapest
 * thing that still has the same shape, and is gone without a trace after `sst remove`.
 */
export const isPermanent = $app.stage === "production";

// `sst dev` would replace a deployed stage's functions by stubs of somebody's laptop, and remove its database.
if ($dev && /^(production|staging|pr-\d+)$/.test($app.stage)) {
  throw new Error(
    `"${$app.stage}" is a stage that others use: \`sst dev\` is for a stage of your own. Use \`sst dev --stage NAME\`.`,
  );
}

interface Sizes {
  /**
   * NAT gateways, at $45 a month each plus $0.062 a GB (ap-northeast-1, 2026-11): one per zone survives a zone's loss.
   * Beside interface endpoints they are there for what has to call the internet itself, in a group of its own.
   */
  readonly natGateways: 0 | 1 | 2;
  /**
   * Interface endpoints keep traffic to AWS inside the network, at $10 a month each and zone (ap-northeast-1, 2026-11).
   * With them functions and tasks may call the endpoints and S3 and nothing else. Without them AWS's addresses cannot be
   * told from anybody's, so HTTPS may go anywhere, through the NAT.
   */
  readonly interfaceEndpoints: boolean;
  /** Which packets the flow log records, at $0.76 a GB of log (ap-northeast-1, 2026-11): all, or what was refused. */
  readonly flowLog: "ALL" | "REJECT";
  readonly database: {
    readonly instance: string;
    /** What the instance class has, for thresholds that are a share of it. */
    readonly memoryGiB: number;
    readonly multiAz: boolean;
    readonly poolSize: number;
    /** Seconds between two samples of the operating system's metrics; 0 is none. */
    readonly monitoringInterval: 0 | 60;
  };
  readonly cache: { readonly instance: string; readonly nodes: 1 | 2; readonly snapshotDays: number };
  /** Days that an object of the media bucket can be brought back after it was deleted or overwritten. */
  readonly undeleteDays: number;
  /** Whether S3 writes down every request to the media bucket. Free but for the log's storage. */
  readonly accessLog: boolean;
  readonly worker: {
    readonly cpu: "0.25 vCPU" | "2 vCPU" | "4 vCPU";
    readonly memory: "0.5 GB" | "4 GB" | "8 GB";
    /** 100 GB hold a source of up to 50 GB and what is made of it. */
    readonly disk: "20 GB" | "100 GB";
    /**
     * vCPUs that the tasks of one long video may use at once, of what the account may use at all: 6 when it is new, so ask
     * for more before production (docs/deploy.md), or set TELECINE_MAX_VCPU_PER_VIDEO to what there is.
     */
    readonly vcpuPerVideo: number;
  };
  /**
   * Copies of a function that may run at once, each with its database connections: of the API, of each of the workflow's
   * three steps, of the receiver of uploads. db.t4g.micro takes about 80 connections, db.t4g.medium about 400, and the
   * tasks need theirs, too.
   */
  readonly apiConcurrency: number;
  readonly stepConcurrency: number;
  readonly eventConcurrency: number;
  /** Calls of the API a second, lasting and at once; more are answered with 429. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  /** The web application firewall before the API. Its price stands in firewall.ts. */
  readonly firewall: boolean;
  /** Days until a key that was removed is gone for good, and what it keeps with it: 7 at least, AWS's own minimum. */
  readonly keyDeletionDays: number;
  /** Days that a secret which was removed can be brought back; 0 is none. */
  readonly secretRecoveryDays: number;
  readonly logRetention: keyof typeof DAYS;
  /**
   * All alarms and a dashboard, at $0.10 a metric and $3 a month: about $9 together. Without, a stage has the few alarms
   * that are marked `everywhere`, about $1; an account's first ten are free (2026-11).
   */
  readonly watched: boolean;
  /** AWS Backup, beside what RDS, Redis and S3 keep by themselves. Its price stands in backup.ts. */
  readonly backups: boolean;
}

/** Log retentions, in SST's words and in CloudWatch's days. */
const DAYS = { "2 weeks": 14, "1 year": 365 };

const production: Sizes = {
  natGateways: 2,
  interfaceEndpoints: true,
  flowLog: "ALL",
  database: { instance: "t4g.medium", memoryGiB: 4, multiAz: true, poolSize: 1, monitoringInterval: 60 },
  cache: { instance: "t4g.small", nodes: 2, snapshotDays: 5 },
  undeleteDays: 30,
  accessLog: true,
  worker: { cpu: "4 vCPU", memory: "8 GB", disk: "100 GB", vcpuPerVideo: 80 },
  apiConcurrency: 100,
  stepConcurrency: 20,
  eventConcurrency: 20,
  throttle: { rate: 500, burst: 1000 },
  firewall: true,
  keyDeletionDays: 30,
  secretRecoveryDays: 30,
  logRetention: "1 year",
  watched: true,
  backups: true,
};

const small: Sizes = {
  natGateways: 1,
  interfaceEndpoints: false,
  flowLog: "REJECT",
  database: { instance: "t4g.micro", memoryGiB: 1, multiAz: false, poolSize: 1, monitoringInterval: 0 },
  cache: { instance: "t4g.micro", nodes: 1, snapshotDays: 0 },
  undeleteDays: 1,
  accessLog: false,
  worker: { cpu: "2 vCPU", memory: "4 GB", disk: "100 GB", vcpuPerVideo: 6 },
  apiConcurrency: 20,
  stepConcurrency: 5,
  eventConcurrency: 5,
  throttle: { rate: 50, burst: 100 },
  firewall: false,
  keyDeletionDays: 7,
  secretRecoveryDays: 0,
  logRetention: "2 weeks",
  watched: false,
  backups: false,
};

/** Under `sst dev` the work is done on a laptop: what is in the cloud only hands it over, through the internet. */
const development: Sizes = {
  ...small,
  natGateways: 0,
  worker: { cpu: "0.25 vCPU", memory: "0.5 GB", disk: "20 GB", vcpuPerVideo: 6 },
};

export const sizes = $dev ? development : isPermanent ? production : small;

/** Days that a log group of our own keeps its logs. */
export const logDays = DAYS[sizes.logRetention];
