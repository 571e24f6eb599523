import { type Graph, ofType } from "../../../packages/local/src/synth/graph.ts";
import { isRecord, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";

/** Shorter values are too likely to stand somewhere by chance. */
const SHORTEST = 8;

const SECRET_NAME = /password|passwd|passphrase|secret|token|credential|(private|api|access)_?key/i;
/** Names that tell where a secret is, or how long it lives, and not the secret. */
const ABOUT_A_SECRET = /(arn|name|id|file|url|ttl|seconds|days)$/i;
const SECRET_SHAPE = /AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]+:[^@\s]+@/;

/** The secrets of a graph, each with the name of the resource that made it or keeps it. */
export function secretValues(graph: Graph): Map<string, string> {
  const found: [value: unknown, owner: string][] = [
    ...ofType(graph, TYPE.randomPassword).map(
      ({ name, outputs }) => [outputs.result, name] as [unknown, string],
    ),
    ...ofType(graph, TYPE.randomBytes).flatMap(({ name, outputs }): [unknown, string][] => [
      [outputs.base64, name],
      [outputs.hex, name],
    ]),
    ...ofType(graph, TYPE.instance).map(({ name, inputs }): [unknown, string] => [inputs.password, name]),
    ...ofType(graph, TYPE.replicationGroup).map(({ name, inputs }): [unknown, string] => [
      inputs.authToken,
      name,
    ]),
    ...ofType(graph, TYPE.secretVersion).flatMap(({ name, inputs }) =>
      leaves(inputs.secretString)
        .filter(({ path }) => path === "" || SECRET_NAME.test(path))
        .map(({ value }): [unknown, string] => [value, name]),
    ),
  ];
  return new Map(
    found.filter(
      (pair): pair is [string, string] => typeof pair[0] === "string" && pair[0].length >= SHORTEST,
    ),
  );
}

export interface Exposure {
  /** The variable, and the path inside a JSON value: `SST_RESOURCE_Database.password`. */
  readonly name: string;
  /** What gives it away. Never the secret itself. */
  readonly because: string;
}

/** The variables of an environment that hold a secret, by their value, their form or their name. */
export function exposures(graph: Graph, environment: readonly (readonly [string, unknown])[]): Exposure[] {
  const secrets = secretValues(graph);
  return environment.flatMap(([variable, text]) =>
    leaves(text).flatMap(({ path, value }) => {
      const name = path === "" ? variable : `${variable}.${path}`;
      const because = reason(name, value, secrets);
      return because === undefined ? [] : [{ name, because }];
    }),
  );
}

function reason(name: string, value: string, secrets: Map<string, string>): string | undefined {
  for (const [secret, owner] of secrets) if (value.includes(secret)) return `the value of ${owner}`;
  if (SECRET_SHAPE.test(value)) return "a value with the form of a key or of credentials in a URL";
  const harmless =
    value === "" || value.startsWith("arn:") || /^\d+$/.test(value) || ABOUT_A_SECRET.test(name);
  return SECRET_NAME.test(name) && !harmless ? "a plain value under the name of a secret" : undefined;
}

/** The secrets that a text contains, by the names of their owners. */
export function secretsIn(graph: Graph, text: string): string[] {
  return [...secretValues(graph)].filter(([secret]) => text.includes(secret)).map(([, owner]) => owner);
}

interface Leaf {
  readonly path: string;
  readonly value: string;
}

/** The strings of a value, which may be JSON as a text, as SST writes links. */
function leaves(value: unknown, path = ""): Leaf[] {
  const inner = typeof value === "string" ? asJson(value) : value;
  if (isRecord(inner))
    return Object.entries(inner).flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`));
  return stringsOf(value).map((text) => ({ path, value: text }));
}

function asJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
