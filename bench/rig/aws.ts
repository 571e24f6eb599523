/**
 * S3 and Secrets Manager in a process of their own, so that nothing of theirs is counted as ours. Arguments: the folder,
 * the bucket, and the secrets as JSON. Says by message where it listens, and ends with its parent.
 */
import { createCredentials } from "sst-local/aws/credentials";
import { startAwsServer } from "sst-local/aws/server";
import { openS3 } from "sst-local/emulator/s3/s3";
import { openSecrets } from "sst-local/emulator/secrets/secrets";
import { ACCOUNT_ID, type AwsPlace, REGION } from "./place.ts";

const [folder = "", bucket = "", secretTexts = "{}"] = process.argv.slice(2);
const place = { region: REGION, accountId: ACCOUNT_ID, log: () => undefined };

const s3 = await openS3({ ...place, dir: `${folder}/s3`, deliver: async () => undefined });
await s3.putBucket({ name: bucket });
const secrets = await openSecrets({ ...place, dir: `${folder}/secrets` });
for (const [arn, value] of Object.entries(JSON.parse(secretTexts) as Record<string, string>))
  secrets.putSecret({ arn, name: arn.split(":").at(-1) ?? arn, value });

const credentials = createCredentials("bench");
const key = credentials.issue(`arn:aws:iam::${ACCOUNT_ID}:root`);
const server = await startAwsServer({
  ...place,
  port: 0,
  credentials,
  services: { s3, json: [secrets.service] },
});
process.once("disconnect", () => process.exit());
process.send?.({ url: server.url, ...key } satisfies AwsPlace);
