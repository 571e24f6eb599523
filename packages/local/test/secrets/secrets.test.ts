import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { openSecrets, type Secrets } from "../../src/emulator/secrets/secrets.ts";
import { ACCOUNT, fakeClock, REGION, startEndpoint, temporaryFolder } from "../aws/endpoint.ts";

const ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:db/password-AbC123`;
const SECRET = { arn: ARN, name: "db/password", description: "of the database" };
const open = (dir: string) => openSecrets({ dir, region: REGION, accountId: ACCOUNT, clock: fakeClock() });

interface Rig extends AsyncDisposable {
  readonly secrets: Secrets;
  readonly client: SecretsManagerClient;
  readonly folder: string;
}

async function start(value?: string): Promise<Rig> {
  const folder = await temporaryFolder();
  const secrets = await open(folder.path);
  secrets.putSecret({ ...SECRET, ...(value === undefined ? {} : { value }) });
  const endpoint = await startEndpoint({ services: { json: [secrets.service] } });
  const client = new SecretsManagerClient(endpoint.config);
  return {
    secrets,
    client,
    folder: folder.path,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await endpoint.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const read = async ({ client }: Rig, SecretId = ARN, more = {}) =>
  (await client.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString;
const put = ({ client }: Rig, SecretString: string, more = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString, ...more }));

test.each([ARN, "db/password", ARN.slice(0, -7)])("a declared value is read by %s", async (id) => {
  await using rig = await start("s3cret");
  const answer = await rig.client.send(new GetSecretValueCommand({ SecretId: id }));
  expect(answer).toMatchObject({
    ARN,
    Name: "db/password",
    SecretString: "s3cret",
    VersionStages: ["AWSCURRENT"],
    CreatedDate: new Date("2026-11-24T12:00:00Z"),
  });
  expect(answer.VersionId).toMatch(/^[0-9a-f-]{36}$/);
});

test("a new value is current, the one before is previous, and each is found by version and stage", async () => {
  await using rig = await start("one");
  const first = (await rig.client.send(new GetSecretValueCommand({ SecretId: ARN }))).VersionId;
  const { VersionId: second } = await put(rig, "two");
  expect(await read(rig)).toBe("two");
  expect(await read(rig, ARN, { VersionStage: "AWSPREVIOUS" })).toBe("one");
  expect(await read(rig, ARN, { VersionId: first })).toBe("one");
  expect(await read(rig, ARN, { VersionId: second, VersionStage: "AWSCURRENT" })).toBe("two");
  await expect(read(rig, ARN, { VersionId: first, VersionStage: "AWSCURRENT" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await put(rig, "three");
  const { VersionIdsToStages } = await rig.client.send(new DescribeSecretCommand({ SecretId: ARN }));
  expect(Object.values(VersionIdsToStages ?? {})).toEqual([["AWSPREVIOUS"], ["AWSCURRENT"]]);
  const all = await rig.client.send(
    new ListSecretVersionIdsCommand({ SecretId: ARN, IncludeDeprecated: true }),
  );
  expect(all.Versions?.map(({ VersionId }) => VersionId)).toContain(first);
});

test("a rotation can prepare a pending version and make it current", async () => {
  await using rig = await start("old");
  const { VersionId } = await put(rig, "new", { VersionStages: ["AWSPENDING"] });
  expect([await read(rig), await read(rig, ARN, { VersionStage: "AWSPENDING" })]).toEqual(["old", "new"]);
  await rig.client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: ARN,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: VersionId,
    }),
  );
  expect([await read(rig), await read(rig, ARN, { VersionStage: "AWSPREVIOUS" })]).toEqual(["new", "old"]);
});

test("a repeated request changes nothing, and its id for another value is refused", async () => {
  await using rig = await start("one");
  const ClientRequestToken = "0f2e4b4a-7f5e-4d2c-9a51-6d6f4f6f2b11";
  await put(rig, "two", { ClientRequestToken });
  expect((await put(rig, "two", { ClientRequestToken })).VersionId).toBe(ClientRequestToken);
  await expect(put(rig, "three", { ClientRequestToken })).rejects.toMatchObject({
    name: "ResourceExistsException",
  });
  expect(await read(rig, ARN, { VersionStage: "AWSPREVIOUS" })).toBe("one");
});

test("a binary value comes back as its bytes", async () => {
  await using rig = await start();
  await rig.client.send(new PutSecretValueCommand({ SecretId: ARN, SecretBinary: Buffer.from([0, 1, 255]) }));
  const { SecretBinary, SecretString } = await rig.client.send(new GetSecretValueCommand({ SecretId: ARN }));
  expect([Buffer.from(SecretBinary ?? []).toString("hex"), SecretString]).toEqual(["0001ff", undefined]);
});

test("what is not there, or cannot be, is refused as Secrets Manager does", async () => {
  await using rig = await start();
  await expect(read(rig)).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
  await expect(read(rig, "none")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret.",
    $metadata: { httpStatusCode: 400 },
  });
  await expect(put(rig, "x".repeat(65_537))).rejects.toMatchObject({ name: "InvalidParameterException" });
  await expect(put(rig, "x", { SecretBinary: Buffer.from("y") })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});

test("secrets can be listed, filtered and read many at once", async () => {
  await using rig = await start("one");
  rig.secrets.putSecret({ arn: `${ARN.slice(0, -18)}cache/token-AbC123`, name: "cache/token", value: "two" });
  const list = async (input: object) =>
    (await rig.client.send(new ListSecretsCommand(input))).SecretList?.map(({ Name }) => Name);
  expect(await list({})).toEqual(["db/password", "cache/token"]);
  expect(await list({ Filters: [{ Key: "name", Values: ["cache"] }] })).toEqual(["cache/token"]);
  const firstPage = await rig.client.send(new ListSecretsCommand({ MaxResults: 1 }));
  expect(await list({ MaxResults: 1, NextToken: firstPage.NextToken })).toEqual(["cache/token"]);
  await expect(list({ Filters: [{ Key: "tag-key", Values: ["x"] }] })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  const batch = await rig.client.send(
    new BatchGetSecretValueCommand({ SecretIdList: ["cache/token", "none", ARN] }),
  );
  expect(batch.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(["two", "one"]);
  expect(batch.Errors).toEqual([
    {
      SecretId: "none",
      ErrorCode: "ResourceNotFoundException",
      Message: "Secrets Manager can't find the specified secret.",
    },
  ]);
});

test("a secret that was made through the API is there after a restart, without a declaration", async () => {
  await using rig = await start();
  const { ARN: arn } = await rig.client.send(
    new CreateSecretCommand({ Name: "own", SecretString: "mine", Description: "d" }),
  );
  await expect(rig.client.send(new CreateSecretCommand({ Name: "own" }))).rejects.toMatchObject({
    name: "ResourceExistsException",
  });
  await rig.client.send(new UpdateSecretCommand({ SecretId: "own", Description: "changed" }));
  await rig.client.send(new UpdateSecretCommand({ SecretId: "own", SecretString: "newer" }));
  expect(await rig.client.send(new DescribeSecretCommand({ SecretId: "own" }))).toMatchObject({
    ARN: arn,
    Description: "changed",
  });
  const next = await open(rig.folder);
  expect(next.value("own")).toBe("newer");
  // What was only declared is gone until it is declared again.
  expect(() => next.value(ARN)).toThrow("can't find");
});

test("a value that was put through the API outlives restarts with the same declaration", async () => {
  await using folder = await temporaryFolder();
  const start = async (value: string) => {
    const secrets = await open(folder.path);
    secrets.putSecret({ ...SECRET, value });
    return secrets;
  };
  const first = await start("declared");
  const caller = { accessKeyId: "k", arn: "a" };
  await first.service.operations.PutSecretValue?.({ SecretId: ARN, SecretString: "rotated" }, caller);
  expect((await start("declared")).value(ARN)).toBe("rotated");
  expect((await start("declared anew")).value(ARN)).toBe("declared anew");
  expect((await start("declared anew")).value(ARN)).toBe("declared anew");
});

test("nobody but the owner can read the file, and it is never half written", async () => {
  await using rig = await start("s3cret");
  const file = join(rig.folder, "secrets.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(rig.folder)).toEqual(["secrets.json"]);
  expect(await readFile(file, "utf8")).toContain("s3cret");
});

test.each([
  [ARN, '{"user":"u","port":5432}'],
  ["db/password", '{"user":"u","port":5432}'],
  [`${ARN}:user::`, "u"],
  [`${ARN}:port`, "5432"],
  [`${ARN}:user:AWSPREVIOUS:`, "before"],
])("a container's %s is %s", async (reference, expected) => {
  await using rig = await start('{"user":"before"}');
  await put(rig, '{"user":"u","port":5432}');
  expect(await rig.secrets.valueFrom(reference)).toBe(expected);
});

test("a container's reference that leads nowhere says where it breaks", async () => {
  await using rig = await start('{"user":"u"}');
  await expect(rig.secrets.valueFrom(`${ARN}:password::`)).rejects.toThrow('has no key "password"');
  await expect(rig.secrets.valueFrom(`${ARN}x`)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  await expect(rig.secrets.valueFrom("arn:aws:ssm:eu-north-1:123456789012:parameter/x")).rejects.toThrow(
    "is no secret of Secrets Manager",
  );
  rig.secrets.putSecret({ arn: `${ARN}-2`, name: "text", value: "plain" });
  await expect(rig.secrets.valueFrom(`${ARN}-2:key::`)).rejects.toThrow("is not JSON");
});
