import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { secretNotFound } from "./error.ts";
import type { Secret } from "./types.ts";

/** All secrets, in one file that only its owner can read. */
export interface SecretStore {
  /** By name, ARN, or ARN without its random end. Throws ResourceNotFoundException. */
  find(id: string): Secret;
  has(id: string): boolean;
  all(): Secret[];
  /** Says that a secret exists at this start; those of earlier declarations stay in the file, unseen. */
  show(arn: string): void;
  /** Writes it down: it is on the disk whole when this returns. */
  put(secret: Secret): void;
}

interface Stored extends Secret {
  /** Made through the API, so no declaration is needed for it to exist. */
  readonly isOwn?: boolean;
}

export function openStore(folder: string): SecretStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "secrets.json");
  const secrets = new Map(read(file).map((secret) => [secret.arn, secret]));
  const shown = new Set([...secrets.values()].filter(({ isOwn }) => isOwn).map(({ arn }) => arn));
  const all = () => [...secrets.values()].filter(({ arn }) => shown.has(arn));
  const search = (id: string) =>
    all().find(({ arn, name }) => arn === id || name === id || arn.replace(/-[A-Za-z0-9]{6}$/, "") === id);
  return {
    find(id) {
      const secret = search(id);
      if (!secret) throw secretNotFound();
      return secret;
    },
    has: (id) => search(id) !== undefined,
    all,
    show: (arn) => void shown.add(arn),
    put(secret) {
      secrets.set(secret.arn, secret);
      write(file, [...secrets.values()]);
    },
  };
}

function read(file: string): Stored[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Stored[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Error(`${file} cannot be read. Delete it to start with the declared values.`, { cause: error });
  }
}

function write(file: string, secrets: readonly Stored[]): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
