import "reflect-metadata"; // @peculiar/x509 registers its parts with it
import { createPrivateKey, createSign, type KeyObject } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PemConverter, X509CertificateGenerator } from "@peculiar/x509";

/** Signs messages, so that subscribers can verify them with a certificate as they do in the cloud. */
export interface Signing {
  /** The certificate in PEM. */
  certificate(): Promise<string>;
  /** Base64. Version 1 is SHA-1, version 2 is SHA-256. */
  sign(text: string, version: "1" | "2"): Promise<string>;
}

const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const YEAR_MS = 365 * 24 * 3600 * 1000;

interface Pair {
  readonly key: KeyObject;
  readonly certificate: string;
}

/** Opens the key of this folder. It is made when something is signed for the first time. */
export function openSigning(folder: string): Signing {
  let pair: Promise<Pair> | undefined;
  const open = () => (pair ??= openPair(join(folder, "signing.json")));
  return {
    certificate: async () => (await open()).certificate,
    async sign(text, version) {
      const { key } = await open();
      return createSign(version === "2" ? "RSA-SHA256" : "RSA-SHA1")
        .update(text)
        .sign(key, "base64");
    },
  };
}

async function openPair(file: string): Promise<Pair> {
  const stored = (await readStored(file)) ?? (await createStored(file));
  return { key: createPrivateKey(stored.key), certificate: stored.certificate };
}

interface Stored {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

async function readStored(file: string): Promise<Stored | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${file} cannot be read. Delete it to have a new key made.`, { cause: error });
  }
}

/** Key and certificate are one file, so that one is never there without the other. */
async function createStored(file: string): Promise<Stored> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=sns.amazonaws.com",
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - YEAR_MS),
    notAfter: new Date(Date.now() + 10 * YEAR_MS),
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  const stored = { key: PemConverter.encode(pkcs8, "PRIVATE KEY"), certificate: certificate.toString("pem") };
  await writeFile(`${file}.new`, JSON.stringify(stored), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return stored;
}
