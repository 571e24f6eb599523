import { resourceExists, valueNotFound } from "./error.ts";
import type { Secret, SecretValue, SecretVersion } from "./types.ts";

/** Versions and the labels that move between them. */

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const MAX_VERSIONS = 100;

/** The version that a reader means: the current one, unless an id or a stage says otherwise. */
export function findVersion(
  { versions }: Secret,
  id: string | undefined,
  stage: string | undefined,
): SecretVersion {
  const wanted = stage ?? (id === undefined ? CURRENT : undefined);
  const version = versions.find(
    (candidate) =>
      (id === undefined || candidate.id === id) &&
      (wanted === undefined || candidate.stages.includes(wanted)),
  );
  if (version) return version;
  throw valueNotFound(id === undefined ? `staging label: ${wanted ?? ""}` : `VersionId: ${id}`);
}

/** Adds a version with its stages. A repeated request changes nothing; the same id for another value is refused. */
export function addVersion(
  secret: Secret,
  added: SecretValue & { readonly id: string; readonly stages: readonly string[] },
  now: number,
): Secret {
  const same = secret.versions.find(({ id }) => id === added.id);
  if (same) {
    if (same.text === added.text && same.binary === added.binary) return secret;
    throw resourceExists(
      "You can't use ClientRequestToken because that value is already in use for a version of secret.",
    );
  }
  const version = { ...added, createdAt: now, stages: [] };
  const withVersion = { ...secret, changedAt: now, versions: [...secret.versions, version] };
  return prune(
    added.stages.reduce<Secret>((changed, stage) => moveStage(changed, stage, added.id), withVersion),
  );
}

/** Gives a label to one version, and the label AWSPREVIOUS to the one that was current before. */
export function moveStage(secret: Secret, stage: string, id: string): Secret {
  const former = secret.versions.find(({ stages }) => stages.includes(CURRENT));
  const moved = label(secret, stage, id);
  return stage === CURRENT && former && former.id !== id ? label(moved, PREVIOUS, former.id) : moved;
}

function label(secret: Secret, stage: string, id: string): Secret {
  const versions = secret.versions.map((version) => {
    const others = version.stages.filter((name) => name !== stage);
    return { ...version, stages: version.id === id ? [...others, stage] : others };
  });
  return { ...secret, versions };
}

/** The oldest versions without a label go. */
function prune(secret: Secret): Secret {
  const spare = secret.versions.length - MAX_VERSIONS;
  const gone = new Set(
    secret.versions.filter(({ stages }) => stages.length === 0).slice(0, Math.max(0, spare)),
  );
  return { ...secret, versions: secret.versions.filter((version) => !gone.has(version)) };
}
