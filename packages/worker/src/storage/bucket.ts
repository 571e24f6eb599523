import { type Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";

/** There is no object with this key. */
export class ObjectMissing extends Error {
  override readonly name = "ObjectMissing";
}

/** The object is not the one with this ETag any more. */
export class ObjectReplaced extends Error {
  override readonly name = "ObjectReplaced";
}

export interface Range {
  readonly key: string;
  readonly etag: string;
  /** The first and the last byte, counted from 0. */
  readonly first: number;
  readonly last: number;
}

export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl?: string;
}

/** What a task needs of the bucket. Rejects with {@link ObjectMissing} or {@link ObjectReplaced} where they apply. */
export interface Bucket {
  readText(key: string, signal: AbortSignal): Promise<string>;
  openRange(range: Range, signal: AbortSignal): Promise<Readable>;
  write(key: string, body: Uint8Array, headers: ObjectHeaders, signal: AbortSignal): Promise<void>;
}

export function s3Bucket(client: S3Client, name: string): Bucket {
  return {
    readText: async (key, abortSignal) => {
      const { Body } = await translated(key, () =>
        client.send(new GetObjectCommand({ Bucket: name, Key: key }), { abortSignal }),
      );
      return (await Body?.transformToString()) ?? "";
    },
    openRange: async ({ key, etag, first, last }, abortSignal) => {
      const command = new GetObjectCommand({
        Bucket: name,
        Key: key,
        IfMatch: etag,
        Range: `bytes=${first}-${last}`,
      });
      const { Body } = await translated(key, () => client.send(command, { abortSignal }));
      if (!Body) throw new Error(`The bucket answered without the bytes of ${key}.`);
      return Body as Readable; // in Node, the SDK's bodies are streams
    },
    write: async (key, body, { contentType, cacheControl }, abortSignal) => {
      const headers = { ContentType: contentType, ...(cacheControl && { CacheControl: cacheControl }) };
      const command = new PutObjectCommand({
        Bucket: name,
        Key: key,
        Body: body,
        ContentLength: body.length,
        ...headers,
      });
      await client.send(command, { abortSignal });
    },
  };
}

/** A 416 says that the object has become shorter than it was. */
const TRANSLATED: Readonly<Record<number, new (message: string, options: ErrorOptions) => Error>> = {
  404: ObjectMissing,
  412: ObjectReplaced,
  416: ObjectReplaced,
};

async function translated<Result>(key: string, send: () => Promise<Result>): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    const Translated = TRANSLATED[status ?? 0];
    throw Translated ? new Translated(`${key}: the bucket answered ${status}.`, { cause: error }) : error;
  }
}

/** Trouble of the network or of the service passes; an object that is missing or another stays so. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof ObjectMissing || error instanceof ObjectReplaced);
}

/** Half a minute of patience in all, beyond what the SDK itself retries. */
export const PATIENCE_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000] as const;
