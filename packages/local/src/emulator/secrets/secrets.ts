import { createHash, randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../../aws/clock.ts";
import { AwsError, type JsonService } from "../../aws/service.ts";
import { readOperations } from "./read-operations.ts";
import { openStore, type SecretStore } from "./store.ts";
import type { Secret, SecretSettings } from "./types.ts";
import { addVersion, CURRENT, findVersion } from "./version.ts";
import { writeOperations } from "./write-operations.ts";

export type { SecretSettings } from "./types.ts";

export interface SecretsOptions {
  readonly dir: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock?: Clock;
}

/** Secrets Manager on this machine: the API for the endpoint, and direct calls of other stand-ins. */
export interface Secrets {
  readonly service: JsonService;
  /**
   * Declares a secret. Its value becomes the current one when it differs from what was declared at the last start, as a
   * deployment would do it; otherwise what was put through the API since then stays.
   */
  putSecret(settings: SecretSettings): void;
  /** The current text of a secret by name or ARN. Throws an AwsError (`ResourceNotFoundException`). */
  value(id: string): string;
  /** What a container definition's `valueFrom` means: `<ARN>[:<JSON key>[:<stage>[:<version>]]]`. Rejects with an AwsError. */
  valueFrom(reference: string): Promise<string>;
}

export async function openSecrets({
  dir,
  region,
  accountId,
  clock = systemClock,
}: SecretsOptions): Promise<Secrets> {
  const store = openStore(dir);
  const context = { store, region, accountId, now: () => clock.now() };
  const operations = { ...readOperations(context), ...writeOperations(context) };
  return {
    service: {
      name: "secretsmanager",
      targetPrefix: "secretsmanager",
      jsonVersion: "1.1",
      operations,
      resource: (_operation, { SecretId }) => arnOf(store, SecretId),
    },
    putSecret: (settings) => {
      declare(store, settings, clock.now());
    },
    value: (id) => textOf(store.find(id), undefined, undefined),
    valueFrom: async (reference) => readReference(store, reference),
  };
}

function arnOf(store: SecretStore, id: unknown): string {
  return typeof id === "string" && store.has(id) ? store.find(id).arn : "*";
}

function declare(store: SecretStore, { arn, name, description, value }: SecretSettings, now: number): void {
  store.show(arn);
  const about = { arn, name, ...(description === undefined ? {} : { description }) };
  const known = store.has(arn) ? store.find(arn) : { createdAt: now, changedAt: now, versions: [] };
  const secret: Secret = { ...known, ...about };
  const declared = value === undefined ? undefined : createHash("sha256").update(value).digest("hex");
  if (value === undefined || declared === undefined || secret.declared === declared) {
    store.put(secret);
    return;
  }
  store.put(addVersion({ ...secret, declared }, { text: value, id: randomUUID(), stages: [CURRENT] }, now));
}

function textOf(secret: Secret, versionId: string | undefined, stage: string | undefined): string {
  const { text } = findVersion(secret, versionId, stage);
  if (text !== undefined) return text;
  throw new AwsError("InvalidRequestException", `The secret ${secret.name} is binary; it has no text.`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
function readReference(store: SecretStore, reference: string): string {
  if (reference.startsWith("arn:") && !reference.includes(":secretsmanager:")) {
    throw new AwsError(
      "ResourceInitializationError",
      `${reference} is no secret of Secrets Manager; nothing else is offered locally.`,
    );
  }
  const parts = reference.split(":");
  const isArn = reference.startsWith("arn:");
  const id = isArn ? parts.slice(0, 7).join(":") : reference;
  const [key, stage, version] = isArn ? parts.slice(7).map((part) => (part === "" ? undefined : part)) : [];
  const text = textOf(store.find(id), version, stage);
  return key === undefined ? text : readKey(text, key, id);
}

function readKey(text: string, key: string, id: string): string {
  const values = parse(text, id);
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value === undefined)
    throw new AwsError("ResourceInitializationError", `The secret ${id} has no key "${key}".`);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function parse(text: string, id: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw new AwsError("ResourceInitializationError", `The secret ${id} is not JSON, so it has no keys.`, {
      cause: error,
    });
  }
  throw new AwsError(
    "ResourceInitializationError",
    `The secret ${id} is not a JSON object, so it has no keys.`,
  );
}
