import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Operation } from "../../aws/service.ts";
import { invalidParameter, resourceExists } from "./error.ts";
import { operation, type OperationOptions } from "./input.ts";
import type { Secret, SecretValue } from "./types.ts";
import { addVersion, CURRENT, findVersion, moveStage } from "./version.ts";

/** What changes secrets. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */

const MAX_VALUE_BYTES = 65_536;

const Content = z.object({ SecretString: z.string().optional(), SecretBinary: z.string().optional() });
const Target = Content.extend({ SecretId: z.string(), ClientRequestToken: z.string().optional() });

export function writeOperations(options: OperationOptions): Record<string, Operation> {
  return {
    PutSecretValue: putSecretValue(options),
    UpdateSecret: updateSecret(options),
    CreateSecret: createSecret(options),
    UpdateSecretVersionStage: updateSecretVersionStage(options),
  };
}

function putSecretValue(options: OperationOptions): Operation {
  const Input = Target.extend({ VersionStages: z.array(z.string()).min(1).optional() });
  return operation(Input, ({ SecretId, ClientRequestToken, VersionStages = [CURRENT], ...content }) => {
    const secret = options.store.find(SecretId);
    return { ...put(options, secret, content, ClientRequestToken, VersionStages), VersionStages };
  });
}

function updateSecret(options: OperationOptions): Operation {
  const Input = Target.extend({ Description: z.string().optional() });
  return operation(Input, ({ SecretId, ClientRequestToken, Description, ...content }) => {
    const { store, now } = options;
    const found = store.find(SecretId);
    const secret =
      Description === undefined ? found : { ...found, description: Description, changedAt: now() };
    if (!isEmpty(content)) return put(options, secret, content, ClientRequestToken, [CURRENT]);
    store.put(secret);
    return { ARN: secret.arn, Name: secret.name };
  });
}

function createSecret(options: OperationOptions): Operation {
  const Input = Content.extend({
    Name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
    Description: z.string().optional(),
    ClientRequestToken: z.string().optional(),
  });
  return operation(Input, ({ Name, Description, ClientRequestToken, ...content }) => {
    const { store, region, accountId, now } = options;
    if (store.has(Name))
      throw resourceExists(`The operation failed because the secret ${Name} already exists.`);
    const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${Name}-${randomBytes(3).toString("hex")}`;
    const description = Description === undefined ? {} : { description: Description };
    const time = now();
    const secret = {
      arn,
      name: Name,
      ...description,
      createdAt: time,
      changedAt: time,
      versions: [],
      isOwn: true,
    };
    store.show(arn);
    if (!isEmpty(content)) return put(options, secret, content, ClientRequestToken, [CURRENT]);
    store.put(secret);
    return { ARN: arn, Name };
  });
}

function updateSecretVersionStage({ store }: OperationOptions): Operation {
  const Input = z.object({ SecretId: z.string(), VersionStage: z.string(), MoveToVersionId: z.string() });
  return operation(Input, ({ SecretId, VersionStage, MoveToVersionId }) => {
    const secret = store.find(SecretId);
    store.put(moveStage(secret, VersionStage, findVersion(secret, MoveToVersionId, undefined).id));
    return { ARN: secret.arn, Name: secret.name };
  });
}

function isEmpty({ SecretString, SecretBinary }: z.infer<typeof Content>): boolean {
  return SecretString === undefined && SecretBinary === undefined;
}

function put(
  { store, now }: OperationOptions,
  secret: Secret,
  content: z.infer<typeof Content>,
  token: string | undefined,
  stages: readonly string[],
) {
  const id = token ?? randomUUID();
  store.put(addVersion(secret, { ...readContent(content), id, stages }, now()));
  return { ARN: secret.arn, Name: secret.name, VersionId: id };
}

function readContent({ SecretString, SecretBinary }: z.infer<typeof Content>): SecretValue {
  if ((SecretString === undefined) === (SecretBinary === undefined)) {
    throw invalidParameter("You must provide either SecretString or SecretBinary.");
  }
  const sizeBytes = Buffer.byteLength(SecretString ?? "") + Buffer.byteLength(SecretBinary ?? "", "base64");
  if (sizeBytes > MAX_VALUE_BYTES) {
    throw invalidParameter(`The secret value must have at most ${MAX_VALUE_BYTES} bytes.`);
  }
  return SecretString === undefined ? { binary: SecretBinary ?? "" } : { text: SecretString };
}
