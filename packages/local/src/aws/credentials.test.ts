import { expect, test } from "vitest";
import { createCredentials } from "./credentials.ts";

const ROLE = "arn:aws:iam::123456789012:role/a";

test("a principal has the same key after a restart, so that presigned URLs stay good", () => {
  const key = createCredentials("seed").issue(ROLE);
  expect(createCredentials("seed").issue(ROLE)).toEqual(key);
  expect(key.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(key.secretAccessKey).toHaveLength(40);
});

test("another principal and another machine have other keys", () => {
  const first = createCredentials("seed").issue(ROLE);
  const others = [createCredentials("seed").issue(`${ROLE}b`), createCredentials("seed 2").issue(ROLE)];
  for (const other of others) {
    expect(other.accessKeyId).not.toBe(first.accessKeyId);
    expect(other.secretAccessKey).not.toBe(first.secretAccessKey);
  }
});

test("a key leads to its principal, once it was issued", () => {
  const credentials = createCredentials("seed");
  const { accessKeyId, secretAccessKey } = credentials.issue(ROLE);
  expect(credentials.find(accessKeyId)).toEqual({ secretAccessKey, caller: { accessKeyId, arn: ROLE } });
  expect(createCredentials("seed").find(accessKeyId)).toBeUndefined();
});
