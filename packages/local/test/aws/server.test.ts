import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { createCredentials } from "../../src/aws/credentials.ts";
import type { AwsServerOptions, S3Handler } from "../../src/aws/server.ts";
import { AwsError, type Authorize, type JsonService, type QueryService } from "../../src/aws/service.ts";
import type { FunctionRunner } from "../../src/aws/protocol/lambda.ts";
import { TaskError } from "../../src/emulator/states/integration.ts";
import { until } from "../machine.ts";
import { fakeClock, PRINCIPAL, REGION, startEndpoint } from "./endpoint.ts";
import { raw } from "./raw.ts";

const states: JsonService = {
  name: "states",
  targetPrefix: "AWSStepFunctions",
  jsonVersion: "1.0",
  operations: {
    StartExecution: async ({ name }, { arn }) => ({
      executionArn: `${String(name)} by ${arn}`,
      startDate: 1_800_000_000,
    }),
    DescribeExecution: async () => {
      throw new AwsError("ExecutionDoesNotExist", "Execution Does Not Exist: 'x'");
    },
    StopExecution: async () => {
      throw new TypeError("a defect");
    },
  },
  resource: (_operation, input) => String(input.stateMachineArn),
};

const start = (options: Partial<AwsServerOptions["services"]> = {}, more: Partial<AwsServerOptions> = {}) =>
  startEndpoint({ services: { json: [states], ...options }, ...more });

test("a JSON operation gets its input and caller, and its answer comes back typed", async () => {
  await using endpoint = closing(await start());
  const client = new SFNClient(endpoint.config);
  const answer = await client.send(new StartExecutionCommand({ stateMachineArn: "arn:m", name: "n" }));
  expect(answer).toMatchObject({ executionArn: `n by ${PRINCIPAL}`, startDate: new Date(1_800_000_000_000) });
  expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test("an error of an operation is the SDK's exception of that name", async () => {
  await using endpoint = closing(await start());
  const unknown = new SFNClient(endpoint.config).send(new DescribeExecutionCommand({ executionArn: "x" }));
  await expect(unknown).rejects.toMatchObject({
    name: "ExecutionDoesNotExist",
    message: "Execution Does Not Exist: 'x'",
    $metadata: { httpStatusCode: 400 },
  });
});

test("an operation or service that nobody offers is refused and logged by its name", async () => {
  await using endpoint = closing(await start());
  const operation = new SFNClient(endpoint.config).send(new ListStateMachinesCommand({}));
  await expect(operation).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: expect.stringContaining("states:ListStateMachines") as string,
  });
  const service = new SNSClient(endpoint.config).send(
    new PublishCommand({ TopicArn: "arn:t", Message: "x" }),
  );
  await expect(service).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  const messages = endpoint.entries.map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringContaining("states:ListStateMachines"),
    expect.stringContaining("sns:"),
  ]);
});

test("a defect is answered without its details, which the log has", async () => {
  await using endpoint = closing(await start());
  const { StopExecutionCommand } = await import("@aws-sdk/client-sfn");
  const failed = new SFNClient(endpoint.config).send(new StopExecutionCommand({ executionArn: "x" }));
  await expect(failed).rejects.toMatchObject({
    name: "InternalFailure",
    message: expect.not.stringContaining("defect") as string,
  });
  expect(endpoint.entries[0]).toMatchObject({
    level: "error",
    message: expect.stringContaining("a defect") as string,
  });
});

const wrongSecret = { secretAccessKey: "wrong" };
const wrongKey = { accessKeyId: "AKIAWRONG" };
test.each([
  ["an unknown key", wrongKey, {}, "UnrecognizedClientException", "InvalidAccessKeyId"],
  ["a wrong secret", wrongSecret, {}, "InvalidSignatureException", "SignatureDoesNotMatch"],
  [
    "another region",
    {},
    { region: "us-east-1" },
    "InvalidSignatureException",
    "AuthorizationHeaderMalformed",
  ],
])("a request with %s is refused by every service in its words", async (_, key, config, json, s3) => {
  await using endpoint = closing(await start({ s3: await bareS3() }));
  const settings = { ...endpoint.config, credentials: { ...endpoint.key, ...key }, ...config };
  const execution = new SFNClient(settings).send(new StartExecutionCommand({ stateMachineArn: "m" }));
  await expect(execution).rejects.toMatchObject({ name: json });
  const object = new S3Client(settings).send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
  await expect(object).rejects.toMatchObject({ name: s3 });
});

/** S3 as far as it asks who is there. */
async function bareS3(): Promise<S3Handler> {
  const { replyError } = await import("../../src/emulator/s3/reply.ts");
  return {
    async handle(request, response) {
      try {
        request.authenticate();
        response.end();
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        replyError(response, error, { method: "GET", requestId: request.id, extendedRequestId: "" });
      }
    },
  };
}

test.each([
  [-15 * 60_000 + 5000, true],
  [15 * 60_000 - 5000, true],
  [-16 * 60_000, false],
  [16 * 60_000, false],
])("a clock that is %i ms off is accepted: %s", async (offMs, accepted) => {
  await using endpoint = closing(await start({}, { clock: fakeClock(Date.now() + offMs) }));
  const request = new SFNClient(endpoint.config).send(new StartExecutionCommand({ stateMachineArn: "m" }));
  const [{ status }] = await Promise.allSettled([request]);
  expect(status).toBe(accepted ? "fulfilled" : "rejected");
});

test("an unsigned or unreadable request is refused in the service's words", async () => {
  await using endpoint = closing(await start());
  const headers = { "x-amz-target": "AWSStepFunctions.StartExecution" };
  const send = (more: Record<string, string>) =>
    raw(endpoint.url, { method: "POST", body: "{}", headers: { ...headers, ...more } });
  expect(JSON.parse((await send({})).body)).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  expect(JSON.parse((await send({ authorization: "Basic abc" })).body)).toMatchObject({
    __type: "IncompleteSignatureException",
  });
});

test("a body that is not what was signed is refused", async () => {
  await using endpoint = closing(await start());
  const client = new SFNClient(endpoint.config);
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: Uint8Array | string };
      request.body = new TextDecoder().decode(request.body as Uint8Array).replace("arn:a", "arn:b");
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const changed = client.send(new StartExecutionCommand({ stateMachineArn: "arn:a" }));
  await expect(changed).rejects.toMatchObject({ name: "InvalidSignatureException" });
});

test("whoever may not do something is refused before it is done, by action and resource", async () => {
  const asked: unknown[] = [];
  const authorize: Authorize = ({ caller, action, resource }) => {
    asked.push([caller?.arn, action, resource]);
    throw new AwsError("AccessDeniedException", "not authorized", { statusCode: 403 });
  };
  await using endpoint = closing(await start({}, { authorize }));
  const refused = new SFNClient(endpoint.config).send(
    new StartExecutionCommand({ stateMachineArn: "arn:m" }),
  );
  await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
  expect(asked).toEqual([[PRINCIPAL, "states:StartExecution", "arn:m"]]);
});

test("a query service gets its fields and answers XML, errors too", async () => {
  const sns: QueryService = {
    name: "sns",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    anonymous: new Set(["ConfirmSubscription"]),
    operations: {
      async Publish(input) {
        if (input.get("TopicArn") === "arn:none")
          throw new AwsError("NotFound", "Topic does not exist", { statusCode: 404 });
        return { MessageId: `<${input.get("Message") ?? ""}>` };
      },
      ConfirmSubscription: async (_, caller) => ({ SubscriptionArn: caller?.arn ?? "anonymous" }),
    },
    resource: (_, input) => input.get("TopicArn") ?? "*",
    file: async (path) => (path === "/cert.pem" ? { contentType: "text/plain", content: "PEM" } : undefined),
  };
  await using endpoint = closing(await start({ sns, s3: await bareS3() }));
  const client = new SNSClient(endpoint.config);
  expect(await client.send(new PublishCommand({ TopicArn: "arn:t", Message: "a&b" }))).toMatchObject({
    MessageId: "<a&b>",
  });
  await expect(client.send(new PublishCommand({ TopicArn: "arn:none", Message: "x" }))).rejects.toMatchObject(
    { name: "NotFoundException" },
  );
  expect((await raw(`${endpoint.url}/?Action=ConfirmSubscription`)).body).toContain(
    "<SubscriptionArn>anonymous<",
  );
  expect((await raw(`${endpoint.url}/?Action=Publish&TopicArn=arn:t`)).code).toBe(
    "MissingAuthenticationToken",
  );
  expect(await raw(`${endpoint.url}/cert.pem`)).toMatchObject({ status: 200, body: "PEM" });
});

function functions(): FunctionRunner & { readonly events: string[] } {
  const events: string[] = [];
  const find = (name: string) => {
    if (name.endsWith("missing")) {
      throw new TaskError(
        "Lambda.ResourceNotFoundException",
        `Function not found: ${name} (Service: AWSLambda; Status Code: 404)`,
      );
    }
  };
  return {
    events,
    async invoke(name, payload) {
      find(name);
      if (payload === '"fail"')
        return { ok: false, errorType: "Error", payload: '{"errorMessage":"failed"}' };
      return { ok: true, payload: `{"name":${JSON.stringify(name)},"got":${payload}}` };
    },
    async invokeAsync(name, payload) {
      find(name);
      events.push(payload);
      await new Promise(() => undefined);
    },
  };
}

test("a function is invoked by name or ARN, and its failure is marked", async () => {
  await using endpoint = closing(await start({ lambda: functions() }));
  const client = new LambdaClient(endpoint.config);
  const invoke = (FunctionName: string, payload: string) =>
    client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(payload) }));
  for (const name of ["f", "arn:aws:lambda:eu-north-1:123456789012:function:f"]) {
    const answer = await invoke(name, '{"a":1}');
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toEqual({ name, got: { a: 1 } });
  }
  expect(await invoke("f", '"fail"')).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
  await expect(invoke("missing", "{}")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Function not found: missing",
    $metadata: { httpStatusCode: 404 },
  });
});

test("an event is accepted before the function has run, unless there is no such function", async () => {
  const runner = functions();
  await using endpoint = closing(await start({ lambda: runner }));
  const client = new LambdaClient(endpoint.config);
  const event = (FunctionName: string) =>
    client.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: Buffer.from("{}") }));
  expect((await event("f")).StatusCode).toBe(202);
  expect(runner.events).toEqual(["{}"]);
  await expect(event("missing")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("closing refuses new connections, ends idle ones, and waits for a running request", async () => {
  let finish: () => void = () => undefined;
  const slow: JsonService = {
    ...states,
    operations: {
      StartExecution: () =>
        new Promise((resolve) => {
          finish = () => {
            resolve({ executionArn: "x", startDate: 0 });
          };
        }),
    },
  };
  const endpoint = await start({ json: [slow] });
  const idle = connect(Number(new URL(endpoint.url).port), "127.0.0.1");
  await once(idle, "connect");
  const running = new SFNClient(endpoint.config).send(new StartExecutionCommand({ stateMachineArn: "m" }));
  const initial = finish;
  await until("the request is running", () => finish !== initial);
  const closed = endpoint.close();
  await expect(raw(endpoint.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  finish();
  expect(await running).toMatchObject({ executionArn: "x" });
  const begin = performance.now();
  await closed;
  expect(performance.now() - begin).toBeLessThan(1000);
});

test("a request that never ends is cut off two seconds after closing", async () => {
  const stuck: JsonService = {
    ...states,
    operations: { StartExecution: () => new Promise(() => undefined) },
  };
  const endpoint = await start({ json: [stuck] });
  const running = new SFNClient(endpoint.config).send(new StartExecutionCommand({ stateMachineArn: "m" }));
  const cut = expect(running).rejects.toThrow();
  await new Promise((resolve) => setImmediate(resolve));
  const begin = performance.now();
  await endpoint.close();
  await cut;
  expect(performance.now() - begin).toBeLessThan(2500);
});

test("a client that waits before it sends its body is told to go on, or refused without it", async () => {
  const { openS3 } = await import("../../src/emulator/s3/s3.ts");
  const { temporaryFolder, ACCOUNT } = await import("./endpoint.ts");
  await using folder = await temporaryFolder();
  const s3 = await openS3({
    dir: folder.path,
    region: REGION,
    accountId: ACCOUNT,
    log: () => undefined,
    deliver: async () => undefined,
  });
  const everyone = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:*",
    Resource: "arn:aws:s3:::b/open/*",
  } as const;
  await s3.putBucket({ name: "b", policy: { Statement: everyone } });
  await using endpoint = closing(await start({ s3 }));
  const put = async (path: string) => {
    const agent = new Agent({ keepAlive: true });
    const headers = { expect: "100-continue", "content-length": 3 };
    const request = httpRequest(`${endpoint.url}/b/${path}`, { method: "PUT", headers, agent });
    let isToldToGoOn = false;
    request.on("continue", () => {
      isToldToGoOn = true;
      request.end("abc");
    });
    request.flushHeaders();
    const [response] = (await once(request, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    agent.destroy();
    return [response.statusCode, isToldToGoOn];
  };
  expect(await put("open/a")).toEqual([200, true]);
  expect(await put("closed/a")).toEqual([403, false]);
  await s3.close();
});

test("keys of one seed are good at the next start", async () => {
  await using endpoint = closing(await start({}, { credentials: createCredentials("same") }));
  const key = createCredentials("same").issue(PRINCIPAL);
  await new SFNClient({ ...endpoint.config, credentials: key }).send(
    new StartExecutionCommand({ stateMachineArn: "m" }),
  );
});

/** Closes the endpoint at the end of the test's scope. */
function closing<Server extends { close(): Promise<void> }>(server: Server): Server & AsyncDisposable {
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}
