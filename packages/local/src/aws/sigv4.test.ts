import { expect, test } from "vitest";
import {
  expectedSignature,
  MalformedAuthorizationError,
  readAuthorization,
  sha256,
  type SignedRequest,
} from "./sigv4.ts";

// The worked examples of AWS's documentation ("Authenticating Requests", S3 API Reference).
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SCOPE = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
const HOST = "examplebucket.s3.amazonaws.com";
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function signatureOf(request: SignedRequest, payloadHash: string): string {
  const authorization = readAuthorization(request);
  if (!authorization) throw new Error("The request is not signed.");
  return expectedSignature(request, authorization, SECRET, payloadHash);
}

function headerSigned(
  method: string,
  path: string,
  query: string,
  headers: Record<string, string>,
  signedHeaders: string,
): SignedRequest {
  const authorization = `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=${signedHeaders},Signature=unknown`;
  const date = { "x-amz-date": "20130524T000000Z" };
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { host: HOST, ...date, ...headers, authorization },
  };
}

test("a signed GET has the signature that AWS documents", () => {
  const headers = { range: "bytes=0-9", "x-amz-content-sha256": EMPTY };
  const request = headerSigned("GET", "/test.txt", "", headers, "host;range;x-amz-content-sha256;x-amz-date");
  expect(signatureOf(request, EMPTY)).toBe(
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  );
});

test("a signed PUT has the signature that AWS documents, its key encoded once", () => {
  const hash = sha256("Welcome to Amazon S3.");
  const headers = {
    date: "Fri, 24 May 2013 00:00:00 GMT",
    "x-amz-content-sha256": hash,
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
  };
  const names = "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class";
  const request = headerSigned("PUT", "/test%24file.text", "", headers, names);
  expect(signatureOf(request, hash)).toBe("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
});

test("a query without value is signed as AWS documents", () => {
  const headers = { "x-amz-content-sha256": EMPTY };
  const request = headerSigned("GET", "/", "lifecycle", headers, "host;x-amz-content-sha256;x-amz-date");
  expect(signatureOf(request, EMPTY)).toBe(
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  );
});

test("a presigned URL has the signature that AWS documents", () => {
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": SCOPE,
    "X-Amz-Date": "20130524T000000Z",
    "X-Amz-Expires": "86400",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  });
  const request = { method: "GET", path: "/test.txt", query, headers: { host: HOST } };
  expect(signatureOf(request, "UNSIGNED-PAYLOAD")).toBe(query.get("X-Amz-Signature"));
});

test("every change to what was signed changes the signature", () => {
  const headers = { range: "bytes=0-9", "x-amz-content-sha256": EMPTY };
  const names = "host;range;x-amz-content-sha256;x-amz-date";
  const original = headerSigned("GET", "/a", "x=1", headers, names);
  const variants: SignedRequest[] = [
    { ...original, method: "PUT" },
    { ...original, path: "/b" },
    { ...original, query: new URLSearchParams("x=2") },
    { ...original, headers: { ...original.headers, range: "bytes=0-8" } },
    { ...original, headers: { ...original.headers, "x-amz-date": "20130524T000001Z" } },
  ];
  const signatures = [original, ...variants].map((request) => signatureOf(request, EMPTY));
  expect(new Set(signatures).size).toBe(6);
});

test.each([
  ["another algorithm", "AWS AKIA:signature"],
  ["no signature", `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=host`],
  [
    "a scope of too few parts",
    "AWS4-HMAC-SHA256 Credential=AKIA/20130524/us-east-1,SignedHeaders=host,Signature=0",
  ],
  ["a host that is not signed", `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=x-amz-date,Signature=0`],
])("an authorization with %s is malformed", (_, authorization) => {
  const headers = { authorization, "x-amz-date": "20130524T000000Z" };
  expect(() => readAuthorization({ method: "GET", query: new URLSearchParams(), headers })).toThrow(
    MalformedAuthorizationError,
  );
});
