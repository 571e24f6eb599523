import "reflect-metadata"; // @peculiar/x509 registers its parts with it
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { StateFolder } from "./state.ts";

/** Files of a certificate authority that only this machine trusts, and of the one certificate that its servers show. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 24 * 3600 * 1000;
const YEARS = 10;

/** Makes both on the first start. Servers that must speak TLS in the cloud speak it here too, verified in the same way. */
export async function openCertificates(state: StateFolder): Promise<Certificates> {
  const folder = state.folder("tls");
  const files = {
    authority: join(folder, "authority.pem"),
    certificate: join(folder, "server.pem"),
    key: join(folder, "server.key"),
  };
  if (Object.values(files).every((file) => existsSync(file))) return files;

  const authorityKeys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: "CN=Local certificate authority",
    keys: authorityKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: "CN=localhost",
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ]),
    ],
  });
  writeFileSync(files.authority, authority.toString("pem"));
  writeFileSync(files.certificate, certificate.toString("pem"));
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  writeFileSync(files.key, PemConverter.encode(pkcs8, "PRIVATE KEY"), { mode: 0o600 });
  return files;
}

function validity() {
  return {
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + YEARS * 365 * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
}
