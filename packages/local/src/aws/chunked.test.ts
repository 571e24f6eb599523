import { expect, test } from "vitest";
import { decodeChunked } from "./chunked.ts";
import { sign, signingKey } from "./sigv4.ts";

// The worked example of AWS's documentation ("Signature Calculations for the Authorization Header: Transferring Payload
// in Multiple Chunks"): 66,560 times the letter a in chunks of 64 KiB.
const signer = {
  key: signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", {
    day: "20130524",
    region: "us-east-1",
    service: "s3",
  }),
  date: "20130524T000000Z",
  scope: "20130524/us-east-1/s3/aws4_request",
  seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
};
const DOCUMENTED = [
  `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${"a".repeat(65536)}\r\n`,
  `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${"a".repeat(1024)}\r\n`,
  "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
].join("");

/** Cuts a body into pieces of this size, as a network would. */
async function* pieces(body: string, sizeBytes: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(body, "latin1");
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

async function decode(body: string, options: { sizeBytes?: number; signed?: boolean } = {}) {
  const trailers = new Map<string, string>();
  const chunks: Buffer[] = [];
  const source = pieces(body, options.sizeBytes ?? 1000);
  const decoded = decodeChunked(source, { trailers, signer: options.signed ? signer : undefined });
  for await (const chunk of decoded) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString("latin1"), trailers: Object.fromEntries(trailers) };
}

test.each([1, 7, 1000, 100_000])(
  "AWS's documented chunks are accepted in pieces of %i bytes",
  async (sizeBytes) => {
    const { text } = await decode(DOCUMENTED, { sizeBytes, signed: true });
    expect(text === "a".repeat(66560)).toBe(true);
  },
);

test("a changed byte in a signed chunk is refused", async () => {
  const changed = DOCUMENTED.replace("aaa\r\n", "aab\r\n");
  await expect(decode(changed, { signed: true })).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

test("a chunk without a signature is refused where signatures are expected", async () => {
  await expect(decode("1\r\na\r\n0\r\n\r\n", { signed: true })).rejects.toMatchObject({
    code: "SignatureDoesNotMatch",
  });
});

test("trailers come out in lower case, and the body may end without the last empty line", async () => {
  const expected = { text: "hello", trailers: { "x-amz-checksum-crc32": "NhCmhg==" } };
  expect(await decode("5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32:NhCmhg==\r\n\r\n")).toEqual(expected);
  expect(await decode("5\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg==\r\n")).toEqual(expected);
});

test("signed trailers are accepted, and changed ones refused", async () => {
  // No worked example with a trailer is at hand, so the chain is continued here by its definition.
  const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  const { key, date, scope, seed } = signer;
  const last = sign(key, ["AWS4-HMAC-SHA256-PAYLOAD", date, scope, seed, emptyHash, emptyHash].join("\n"));
  // SHA-256 of "x-amz-checksum-crc32:AAAAAA==\n".
  const trailerHash = "e5366c8df32d5933cdd51ee4199f79252c088c969e5844b69c32c4ac52799cfc";
  const signature = sign(key, ["AWS4-HMAC-SHA256-TRAILER", date, scope, last, trailerHash].join("\n"));
  const body = `0;chunk-signature=${last}\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
  expect((await decode(body, { signed: true })).trailers).toEqual({ "x-amz-checksum-crc32": "AAAAAA==" });
  const changed = body.replace("AAAAAA==", "AAAAAQ==");
  await expect(decode(changed, { signed: true })).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
});

test.each([
  ["in a size line", "10"],
  ["in a chunk", "10\r\nabc"],
  ["before the last chunk", "3\r\nabc\r\n"],
  ["with a chunk longer than it says", "2\r\nabc\r\n0\r\n\r\n"],
  ["with a size that is none", "xyz\r\nabc\r\n0\r\n\r\n"],
  ["without any line", "a".repeat(20_000)],
])("a body that breaks off or is wrong %s is incomplete", async (_, body) => {
  await expect(decode(body)).rejects.toMatchObject({ code: "IncompleteBody", statusCode: 400 });
});
