import { z } from "zod";
import { AwsError, type Operation } from "../../aws/service.ts";
import { invalidParameter } from "./error.ts";
import { operation, type OperationOptions } from "./input.ts";
import type { SecretStore } from "./store.ts";
import type { Secret } from "./types.ts";
import { findVersion } from "./version.ts";

/** What is asked of Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */

const Filter = z.object({ Key: z.string(), Values: z.array(z.string()) });
const Page = { MaxResults: z.int().min(1).max(100).optional(), NextToken: z.string().optional() };

export function readOperations({ store }: OperationOptions): Record<string, Operation> {
  return {
    GetSecretValue: operation(
      z.object({
        SecretId: z.string(),
        VersionId: z.string().optional(),
        VersionStage: z.string().optional(),
      }),
      ({ SecretId, VersionId, VersionStage }) => showValue(store.find(SecretId), VersionId, VersionStage),
    ),
    BatchGetSecretValue: operation(
      z.object({
        SecretIdList: z.array(z.string()).max(20).optional(),
        Filters: z.array(Filter).optional(),
        ...Page,
      }),
      ({ SecretIdList, Filters, ...page }) => {
        if ((SecretIdList === undefined) === (Filters === undefined)) {
          throw invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
        }
        if (SecretIdList === undefined) {
          const { items, NextToken } = pageOf(filtered(store.all(), Filters), page);
          return { SecretValues: items.map((secret) => showValue(secret)), Errors: [], NextToken };
        }
        return batch(store, SecretIdList);
      },
    ),
    DescribeSecret: operation(z.object({ SecretId: z.string() }), ({ SecretId }) => {
      const secret = store.find(SecretId);
      return { ...showSecret(secret), VersionIdsToStages: stagesOf(secret) };
    }),
    ListSecrets: operation(
      z.object({ Filters: z.array(Filter).optional(), ...Page }),
      ({ Filters, ...page }) => {
        const { items, NextToken } = pageOf(filtered(store.all(), Filters), page);
        return {
          SecretList: items.map((secret) => ({
            ...showSecret(secret),
            SecretVersionsToStages: stagesOf(secret),
          })),
          NextToken,
        };
      },
    ),
    ListSecretVersionIds: operation(
      z.object({ SecretId: z.string(), IncludeDeprecated: z.boolean().optional() }),
      ({ SecretId, IncludeDeprecated }) => {
        const { arn, name, versions } = store.find(SecretId);
        const shown = versions.filter(({ stages }) => (IncludeDeprecated ?? false) || stages.length > 0);
        const Versions = shown.map(({ id, stages, createdAt }) => ({
          VersionId: id,
          VersionStages: stages,
          CreatedDate: createdAt / 1000,
        }));
        return { ARN: arn, Name: name, Versions };
      },
    ),
  };
}

function showValue(secret: Secret, versionId?: string, stage?: string): object {
  const { id, text, binary, createdAt, stages } = findVersion(secret, versionId, stage);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    ...(text === undefined ? { SecretBinary: binary } : { SecretString: text }),
    VersionStages: stages,
    CreatedDate: createdAt / 1000,
  };
}

/** One answer or error for each id. */
function batch(store: SecretStore, ids: readonly string[]): object {
  const values: object[] = [];
  const errors: object[] = [];
  for (const id of ids) {
    try {
      values.push(showValue(store.find(id)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues: values, Errors: errors };
}

function showSecret({ arn, name, description, createdAt, changedAt }: Secret): object {
  return {
    ARN: arn,
    Name: name,
    Description: description,
    CreatedDate: createdAt / 1000,
    LastChangedDate: changedAt / 1000,
  };
}

function stagesOf({ versions }: Secret): Record<string, readonly string[]> {
  return Object.fromEntries(
    versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
  );
}

/** By the beginning of a name or description, the two filters that have one meaning here. */
function filtered(
  secrets: readonly Secret[],
  filters: readonly z.infer<typeof Filter>[] | undefined,
): Secret[] {
  const texts: Readonly<Record<string, (secret: Secret) => string>> = {
    name: ({ name }) => name,
    description: ({ description }) => description ?? "",
  };
  return (filters ?? []).reduce<Secret[]>(
    (left, { Key, Values }) => {
      const text = texts[Key];
      if (!text)
        throw invalidParameter(`The filter "${Key}" is not offered locally; "name" and "description" are.`);
      return left.filter((secret) => Values.some((value) => text(secret).startsWith(value)));
    },
    [...secrets],
  );
}

function pageOf(
  secrets: readonly Secret[],
  { MaxResults = 100, NextToken = "0" }: { MaxResults?: number | undefined; NextToken?: string | undefined },
) {
  const end = Number(NextToken) + MaxResults;
  return {
    items: secrets.slice(Number(NextToken), end),
    NextToken: end < secrets.length ? String(end) : undefined,
  };
}
