import { fork } from "node:child_process";
import { once } from "node:events";
import getPort from "get-port";
import { startDataServers } from "sst-local/runner/data-servers";
import { root } from "../../scripts/lib/folders.ts";
import { ACCOUNT_ID, type AwsPlace, REGION } from "./place.ts";

const BUCKET = "bench-media";
const secretArn = (name: string) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT_ID}:secret:${name}-AbCdEf`;
const LOGIN = { username: "telecine", password: "bench" };

/** What the app needs around it, on this machine and without TLS. */
export interface Rig {
  /** What `link` gives to each function and task of a deployment. It is this process's environment as well. */
  readonly env: Readonly<Record<string, string>>;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
  } & typeof LOGIN;
  readonly redis: { readonly host: string; readonly port: number };
  stop(): Promise<void>;
}

/** Starts PostgreSQL with all migrations, Redis, S3 and Secrets Manager below a folder. */
export async function startRig(folder: string): Promise<Rig> {
  const postgres = { host: "127.0.0.1", port: await getPort(), database: "videometadata", ...LOGIN };
  const redis = { host: "127.0.0.1", port: await getPort() };
  const servers = await startDataServers({
    stateFolder: folder,
    postgres,
    redis,
    portAdvice: "Run it again.",
  });
  const aws = await startAws(folder).catch(async (error: unknown) => {
    await servers.stop();
    throw error;
  });
  const env = environment({ postgres, redis, aws: aws.place });
  // The app's modules read their links when they are loaded: whoever needs them loads them after this.
  Object.assign(process.env, env);
  const { migrate } = await import("@telecine/core/database/migrate");
  await migrate(`${root}/packages/core/migrations`);
  return {
    ...{ env, postgres, redis },
    async stop() {
      const { closeDatabase } = await import("@telecine/core/database/client");
      const { closeCache } = await import("@telecine/core/cache/client");
      await Promise.all([closeDatabase(), closeCache()]);
      aws.stop();
      await servers.stop();
    },
  };
}

async function startAws(folder: string): Promise<{ place: AwsPlace; stop: () => void }> {
  const secrets = {
    [secretArn("database")]: JSON.stringify(LOGIN),
    [secretArn("cache")]: JSON.stringify({ authToken: "" }),
  };
  const child = fork(new URL("./aws.ts", import.meta.url), [folder, BUCKET, JSON.stringify(secrets)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`S3 could not be started: the process ended with ${String(code)}.`);
  });
  const [place] = (await Promise.race([once(child, "message"), failed])) as [AwsPlace];
  failed.catch(() => undefined); // from here on its end is asked for
  return { place, stop: () => child.kill() };
}

function environment({
  postgres: { host, port, database },
  redis,
  aws,
}: Pick<Rig, "postgres" | "redis"> & { readonly aws: AwsPlace }): Record<string, string> {
  const links = {
    App: { name: "telecine", stage: "bench" },
    Database: { host, port, database, secretArn: secretArn("database"), tls: false },
    Cache: { ...redis, secretArn: secretArn("cache"), tls: false },
    Media: { name: BUCKET },
    Workflow: { arn: `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:Workflow` },
  };
  const linked = Object.entries(links).map(([name, link]) => [`SST_RESOURCE_${name}`, JSON.stringify(link)]);
  return {
    ...(Object.fromEntries(linked) as Record<string, string>),
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
    PUBLIC_URL: "https://telecine.bench",
    LOG_LEVEL: "error",
  };
}
