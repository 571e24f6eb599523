import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it } from "vitest";
import { type Bucket, isPassing, s3Bucket } from "./bucket.ts";

/** What S3 answers, by status: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
interface Answer {
  readonly status: number;
  readonly body?: string;
}
interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let server: Server | undefined;
const signal = new AbortController().signal;

afterEach(() => {
  server?.close();
});

/** The real SDK before a server that gives these answers, one after the other. */
async function answering(...answers: Answer[]): Promise<{ bucket: Bucket; asked: Asked[] }> {
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      const answer = answers.shift() ?? { status: 500 };
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: "ap-northeast-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return { bucket: s3Bucket(client, "media"), asked };
}

const error = (status: number, code: string): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>no</Message></Error>`,
});
const range = { key: "source/x", etag: '"abc"', first: 10, last: 19 };

describe("the bucket", () => {
  it("is asked for a range of the very object that was inspected", async () => {
    const { bucket, asked } = await answering({ status: 206, body: "0123456789" });
    expect(await text(await bucket.openRange(range, signal))).toBe("0123456789");
    expect(asked[0]).toMatchObject({ method: "GET", headers: { range: "bytes=10-19", "if-match": '"abc"' } });
    expect(asked[0]?.url).toMatch(/^\/media\/source\/x/);
  });

  it.each([
    [error(404, "NoSuchKey"), "ObjectMissing", false],
    [error(412, "PreconditionFailed"), "ObjectReplaced", false],
    [error(416, "InvalidRange"), "ObjectReplaced", false],
    [error(503, "SlowDown"), "SlowDown", true],
    [error(500, "InternalError"), "InternalError", true],
  ])("%j is %s", async (answer, name, passing) => {
    const { bucket } = await answering(answer);
    const failure: unknown = await bucket.openRange(range, signal).catch((caught: unknown) => caught);
    expect(failure).toMatchObject({ name });
    expect(isPassing(failure)).toBe(passing);
  });

  it("gives the text of a document, and says when there is none", async () => {
    const { bucket } = await answering({ status: 200, body: "{}" }, error(404, "NoSuchKey"));
    expect(await bucket.readText("work/input.json", signal)).toBe("{}");
    await expect(bucket.readText("work/input.json", signal)).rejects.toMatchObject({ name: "ObjectMissing" });
  });

  it("keeps an object with its type and how long caches may keep it", async () => {
    const { bucket, asked } = await answering({ status: 200 });
    const headers = { contentType: "video/mp4", cacheControl: "public, max-age=31536000, immutable" };
    await bucket.write("media/v/1/a.mp4", new TextEncoder().encode("bytes"), headers, signal);
    expect(asked[0]).toMatchObject({
      method: "PUT",
      body: "bytes",
      headers: {
        "content-type": "video/mp4",
        "cache-control": "public, max-age=31536000, immutable",
        "content-length": "5",
      },
    });
  });
});
