import { createHmac } from "node:crypto";
import type { Caller } from "./service.ts";

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Credentials {
  /** The access key of a principal: always the same one for the same seed, so that presigned URLs outlive a restart. */
  issue(principalArn: string): AccessKey;
  /** Whose key this is; undefined when it was never issued. */
  find(accessKeyId: string): { readonly secretAccessKey: string; readonly caller: Caller } | undefined;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The credentials store of one machine. Whoever knows the seed can sign as anyone. */
export function createCredentials(seed: string): Credentials {
  const issued = new Map<string, { secretAccessKey: string; caller: Caller }>();
  const derive = (purpose: string, principalArn: string) =>
    createHmac("sha256", seed).update(`${purpose}\0${principalArn}`).digest();
  return {
    issue(principalArn) {
      const letters = [...derive("id", principalArn).subarray(0, 16)].map((byte) => BASE32.charAt(byte % 32));
      const accessKeyId = `AKIA${letters.join("")}`;
      const secretAccessKey = derive("secret", principalArn).toString("base64").slice(0, 40);
      issued.set(accessKeyId, { secretAccessKey, caller: { accessKeyId, arn: principalArn } });
      return { accessKeyId, secretAccessKey };
    },
    find: (accessKeyId) => issued.get(accessKeyId),
  };
}
