import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { z } from "zod";

let client: SecretsManagerClient | undefined;
const held = new Map<string, Promise<unknown>>();

/** The parsed JSON of a secret, read once a process. After a rotation: {@link forgetSecret}, then read again. */
export async function readSecret<Schema extends z.ZodType>(
  arn: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  return schema.parse(await (held.get(arn) ?? hold(arn)));
}

function hold(arn: string): Promise<unknown> {
  const value = fetchSecret(arn);
  held.set(arn, value);
  // A failed read is not kept: the next caller asks again.
  value.catch(() => {
    if (held.get(arn) === value) held.delete(arn);
  });
  return value;
}

export function forgetSecret(arn: string): void {
  held.delete(arn);
}

async function fetchSecret(arn: string): Promise<unknown> {
  client ??= new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  if (SecretString === undefined)
    throw new Error(`The secret ${arn} holds no text: store its JSON as a string.`);
  return JSON.parse(SecretString);
}
