import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  CreateMultipartUploadCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCredentials } from "../../src/aws/credentials.ts";
import { fakeClock, PRINCIPAL, REGION } from "../aws/endpoint.ts";
import { raw } from "../aws/raw.ts";
import { BUCKET as Bucket, type Rig, startBucket } from "./bucket.ts";

const clock = fakeClock(Date.now());
let rig: Rig;

beforeAll(async () => {
  const cors = [
    {
      allowedOrigins: ["https://app.example"],
      allowedMethods: ["GET", "PUT"],
      allowedHeaders: ["*"],
      exposeHeaders: ["ETag"],
      maxAgeSeconds: 600,
    },
  ];
  const policy = {
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/public/*`,
    },
  } as const;
  rig = await startBucket({ cors, policy }, { server: { clock } });
});

afterAll(() => rig[Symbol.asyncDispose]());

const put = (Key: string, Body: string) => rig.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const location = (key: string) => `${rig.endpoint.url}/${Bucket}/${key}`;

test("whoever has a presigned URL can read, in ranges too, and nothing else", async () => {
  await put("p1", "0123456789");
  const url = await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key: "p1" }));
  expect(await raw(url)).toMatchObject({ status: 200, body: "0123456789" });
  expect(await raw(url, { headers: { range: "bytes=2-4" } })).toMatchObject({ status: 206, body: "234" });
  expect(await raw(url, { method: "DELETE" })).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  expect(await raw(url.replace("/p1?", "/p2?"))).toMatchObject({
    status: 403,
    code: "SignatureDoesNotMatch",
  });
});

test("whoever has a presigned URL can write what was signed", async () => {
  const url = await getSignedUrl(
    rig.client,
    new PutObjectCommand({ Bucket, Key: "p2", ContentType: "video/mp4" }),
    {
      signableHeaders: new Set(["content-type"]),
    },
  );
  expect(
    await raw(url, { method: "PUT", body: "x", headers: { "content-type": "text/html" } }),
  ).toMatchObject({ code: "SignatureDoesNotMatch" });
  expect(
    await raw(url, { method: "PUT", body: "hello", headers: { "content-type": "video/mp4" } }),
  ).toMatchObject({ status: 200 });
  expect(await rig.client.send(new HeadObjectCommand({ Bucket, Key: "p2" }))).toMatchObject({
    ContentType: "video/mp4",
    ContentLength: 5,
  });
});

test("an upload without a type is S3's binary stream", async () => {
  await raw(await getSignedUrl(rig.client, new PutObjectCommand({ Bucket, Key: "p3" })), {
    method: "PUT",
    body: "hello",
  });
  expect((await rig.client.send(new HeadObjectCommand({ Bucket, Key: "p3" }))).ContentType).toBe(
    "binary/octet-stream",
  );
});

test("parts can be uploaded to presigned URLs", async () => {
  const { UploadId } = await rig.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "p4" }));
  const url = await getSignedUrl(
    rig.client,
    new UploadPartCommand({ Bucket, Key: "p4", UploadId, PartNumber: 1 }),
  );
  const answer = await raw(url, { method: "PUT", body: "part" });
  // printf part | md5sum
  expect(answer).toMatchObject({ status: 200, headers: { etag: '"f4c9385f1902f7334b00b9b4ecd164de"' } });
});

test("a header of S3's own must be signed, or an upload could be made a copy of something private", async () => {
  await put("p6", "secret");
  const url = await getSignedUrl(rig.client, new PutObjectCommand({ Bucket, Key: "p7" }));
  const copy = await raw(url, { method: "PUT", headers: { "x-amz-copy-source": `${Bucket}/p6` } });
  expect(copy).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("a presigned URL ends when it said it would", async () => {
  await put("p5", "x");
  const url = await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key: "p5" }), {
    expiresIn: 60,
    signingDate: new Date(clock.now()),
  });
  expect((await raw(url)).status).toBe(200);
  clock.advance(62_000);
  expect(await raw(url)).toMatchObject({
    status: 403,
    code: "AccessDenied",
    body: expect.stringContaining("Request has expired") as string,
  });
});

test("a presigned URL outlives a restart, since keys follow from the seed", async () => {
  const credentials = createCredentials("another");
  const { accessKeyId } = credentials.issue(PRINCIPAL);
  expect(createCredentials("another").issue(PRINCIPAL).accessKeyId).toBe(accessKeyId);
  const stranger = new S3Client({ ...rig.endpoint.config, credentials: credentials.issue(PRINCIPAL) });
  const url = await getSignedUrl(stranger, new GetObjectCommand({ Bucket, Key: "p5" }));
  expect(await raw(url)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
});

test("an unsigned request is refused, unless the bucket's policy opens the object", async () => {
  await put("private.txt", "secret");
  await put("public/a.txt", "open");
  expect(await raw(location("private.txt"))).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(await raw(location("missing.txt"))).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(await raw(location("public/a.txt"))).toMatchObject({ status: 200, body: "open" });
  expect(await raw(location("public/a.txt"), { method: "PUT", body: "x" })).toMatchObject({ status: 403 });
  expect(await raw(`${location("public/a.txt")}?response-content-type=text/html`)).toMatchObject({
    code: "InvalidRequest",
  });
});

test("a browser may upload across origins as the rules say, and read the answer", async () => {
  const url = await getSignedUrl(rig.client, new PutObjectCommand({ Bucket, Key: "cors" }));
  const preflight = await raw(url, {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "PUT",
      "access-control-request-headers": "Content-Type, X-Custom",
    },
  });
  expect(preflight).toMatchObject({
    status: 200,
    headers: {
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "content-type, x-custom",
      "access-control-max-age": "600",
    },
  });
  const upload = await raw(url, { method: "PUT", body: "x", headers: { origin: "https://app.example" } });
  expect(upload).toMatchObject({
    status: 200,
    headers: {
      "access-control-allow-origin": "https://app.example",
      "access-control-expose-headers": "ETag",
    },
  });
  const refused = await raw(location("cors"), { headers: { origin: "https://app.example" } });
  expect(refused).toMatchObject({
    status: 403,
    headers: { "access-control-allow-origin": "https://app.example" },
  });
  const foreign = await raw(url, { method: "PUT", body: "x", headers: { origin: "https://evil.test" } });
  expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
});

test("a preflight of another origin or method is forbidden", async () => {
  for (const [origin, method] of [
    ["https://evil.test", "PUT"],
    ["https://app.example", "DELETE"],
  ] as const) {
    const headers = { origin, "access-control-request-method": method };
    expect(await raw(location("cors"), { method: "OPTIONS", headers })).toMatchObject({
      status: 403,
      code: "AccessForbidden",
    });
  }
});

test("a bucket can be the host's first label", async () => {
  await put("public/host.txt", "by host");
  for (const host of [
    `${Bucket}.localhost:1234`,
    `${Bucket}.s3.${REGION}.amazonaws.com`,
    `${Bucket}.s3.amazonaws.com`,
  ]) {
    expect(await raw(`${rig.endpoint.url}/public/host.txt`, { headers: { host } })).toMatchObject({
      status: 200,
      body: "by host",
    });
  }
});

test("the SDK finds a bucket by host where the endpoint has a name", async () => {
  const client = new S3Client({
    ...rig.endpoint.config,
    endpoint: rig.endpoint.url.replace("127.0.0.1", "localhost"),
  });
  let host: string | undefined;
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { hostname: string; headers: Record<string, string> };
      host = request.headers.host;
      // Not every machine resolves names below localhost.
      request.hostname = "127.0.0.1";
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  await client.send(new PutObjectCommand({ Bucket, Key: "by-host", Body: "x" }));
  expect(host).toMatch(new RegExp(`^${Bucket}\\.localhost:`));
  expect((await client.send(new GetObjectCommand({ Bucket, Key: "by-host" }))).ContentLength).toBe(1);
});

interface FormOptions {
  readonly fields?: Record<string, string>;
  readonly content?: string;
}

/** Signs a form's policy as AWS documents it, step by step. */
function signForm(
  conditions: readonly unknown[],
  fields: Readonly<Record<string, string>>,
): Record<string, string> {
  const { accessKeyId, secretAccessKey } = rig.endpoint.key;
  const date = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const day = date.slice(0, 8);
  const base = {
    key: "form/${filename}",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${accessKeyId}/${day}/${REGION}/s3/aws4_request`,
    "X-Amz-Date": date,
  };
  const policy = {
    expiration: new Date(clock.now() + 60_000).toISOString(),
    conditions: [
      { bucket: Bucket },
      ...Object.entries(base).map(([name, value]) => ({ [name]: value })),
      ...conditions,
    ],
  };
  const Policy = Buffer.from(JSON.stringify(policy)).toString("base64");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const dateKey = hmac(`AWS4${secretAccessKey}`, day);
  const signingKey = hmac(hmac(hmac(dateKey, REGION), "s3"), "aws4_request");
  const signature = hmac(signingKey, Policy).toString("hex");
  return { ...base, Policy, "X-Amz-Signature": signature, ...fields };
}

async function post(conditions: readonly unknown[], { fields = {}, content = "hello" }: FormOptions = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(signForm(conditions, fields))) form.append(name, value);
  form.append("file", new Blob([content], { type: "text/plain" }), "a b.txt");
  const encoded = new Response(form);
  const contentType = encoded.headers.get("content-type") ?? "";
  return raw(location("").slice(0, -1), {
    method: "POST",
    headers: { "content-type": contentType },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
}

test("a form that its policy allows makes an object, whose key has the file's name", async () => {
  const fields = { "Content-Type": "text/plain", "x-amz-meta-note": "漢字" };
  const answer = await post(
    [
      ["content-length-range", 5, 5],
      { "Content-Type": "text/plain" },
      ["starts-with", "$x-amz-meta-note", ""],
    ],
    { fields },
  );
  expect(answer).toMatchObject({ status: 204, headers: { etag: '"5d41402abc4b2a76b9719d911017c592"' } });
  const object = await rig.client.send(new GetObjectCommand({ Bucket, Key: "form/a b.txt" }));
  expect(await object.Body?.transformToString()).toBe("hello");
  expect(object).toMatchObject({
    ContentType: "text/plain",
    Metadata: { note: `=?UTF-8?B?${Buffer.from("漢字").toString("base64")}?=` },
  });
});

test.each([
  ["is too large", { content: "hello!" }, 400, "EntityTooLarge"],
  ["is too small", { content: "hell" }, 400, "EntityTooSmall"],
  ["has a field that the policy does not know", { fields: { acl: "public-read" } }, 403, "AccessDenied"],
  ["has another key", { fields: { key: "elsewhere" } }, 403, "AccessDenied"],
  ["has a wrong signature", { fields: { "X-Amz-Signature": "0".repeat(64) } }, 403, "SignatureDoesNotMatch"],
  ["has a changed policy", { fields: { Policy: "e30=" } }, 403, "SignatureDoesNotMatch"],
])("a form that %s makes no object", async (_, options, status, code) => {
  const Key = "form/a b.txt";
  await rig.s3.deleteObject(Bucket, Key);
  expect(await post([["content-length-range", 5, 5]], options)).toMatchObject({ status, code });
  await expect(rig.client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
    name: "NotFound",
  });
});

test("a form tells where to go next, or what was made", async () => {
  const redirect = { success_action_redirect: "https://app.example/done?x=1" };
  const moved = await post([["starts-with", "$success_action_redirect", ""]], { fields: redirect });
  expect(moved.status).toBe(303);
  const target = new URL(moved.headers.location ?? "");
  expect([target.host, target.searchParams.get("x"), target.searchParams.get("key")]).toEqual([
    "app.example",
    "1",
    "form/a b.txt",
  ]);
  const created = await post([{ success_action_status: "201" }], {
    fields: { success_action_status: "201" },
  });
  expect(created).toMatchObject({
    status: 201,
    body: expect.stringContaining("<Key>form/a b.txt</Key>") as string,
  });
});

test("a form without a file, or that is none, is refused", async () => {
  const url = location("").slice(0, -1);
  const headers = { "content-type": "multipart/form-data; boundary=x" };
  const noFile = '--x\r\ncontent-disposition: form-data; name="key"\r\n\r\na\r\n--x--\r\n';
  expect(await raw(url, { method: "POST", headers, body: noFile })).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
  const begun = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\ncut o';
  const fields = '--x\r\ncontent-disposition: form-data; name="key"\r\n\r\npublic/cut\r\n';
  await rig.s3.putBucket({
    name: "open",
    policy: { Statement: { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" } },
  });
  const cut = await raw(`${rig.endpoint.url}/open`, { method: "POST", headers, body: fields + begun });
  expect(cut).toMatchObject({ status: 400, code: "MalformedPOSTRequest" });
  expect(rig.s3.listObjects("open", "")).toEqual([]);
  expect(
    await raw(url, { method: "POST", headers: { "content-type": "text/plain" }, body: "x" }),
  ).toMatchObject({ status: 400, code: "MalformedPOSTRequest" });
});

test("an upload whose sender goes away leaves nothing", async () => {
  const url = await getSignedUrl(rig.client, new PutObjectCommand({ Bucket, Key: "broken" }));
  await new Promise<void>((resolve) => {
    const request = httpRequest(url, { method: "PUT", headers: { "content-length": 1_000_000 } });
    request.on("error", () => {
      resolve();
    });
    request.write(Buffer.alloc(500_000), () => {
      request.destroy();
    });
    request.on("close", () => {
      resolve();
    });
  });
  await expect(rig.client.send(new HeadObjectCommand({ Bucket, Key: "broken" }))).rejects.toMatchObject({
    name: "NotFound",
  });
});

test("parts of the API that are not offered are refused by name", async () => {
  const url = (query: string) => raw(`${rig.endpoint.url}/${Bucket}?${query}`);
  expect(await url("acl")).toMatchObject({
    status: 501,
    code: "NotImplemented",
    body: expect.stringContaining("?acl") as string,
  });
  const created = await raw(`${rig.endpoint.url}/new-bucket`, { method: "PUT" });
  expect(created).toMatchObject({ status: 501, code: "NotImplemented" });
});
