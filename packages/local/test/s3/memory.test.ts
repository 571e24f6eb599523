import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect, test } from "vitest";
import { temporaryFolder } from "../aws/endpoint.ts";
import { BUCKET as Bucket } from "./bucket.ts";
import { startProcess } from "./process.ts";

const MIB = 1024 * 1024;
const SIZE_BYTES = 1024 * MIB;
/** Measured on 2 cores: 176 MB for an object of 100 MB, 181 MB for 1 GB, 198 MB for 5 GB. */
const BOUND_BYTES = 256 * MIB;

test("a gigabyte goes in and out while the server's memory stays flat", async () => {
  await using folder = await temporaryFolder();
  const server = await startProcess(folder.path);
  const block = Buffer.alloc(MIB, "a block of this object. ");
  const written = createHash("md5");
  const Body = Readable.from(
    (function* () {
      for (let sent = 0; sent < SIZE_BYTES; sent += block.length) {
        block.writeUInt32BE(sent / MIB);
        written.update(block);
        yield Buffer.from(block);
      }
    })(),
  );
  await new Upload({
    client: server.client,
    params: { Bucket, Key: "large", Body },
    partSize: 32 * MIB,
    queueSize: 2,
  }).done();
  const answer = await server.client.send(new GetObjectCommand({ Bucket, Key: "large" }));
  expect(answer.ContentLength).toBe(SIZE_BYTES);
  const read = createHash("md5");
  for await (const chunk of answer.Body as Readable) read.update(chunk as Buffer);
  expect(read.digest("hex")).toBe(written.digest("hex"));
  expect(await server.peakBytes()).toBeLessThan(BOUND_BYTES);
  await server.kill();
}, 240_000);
