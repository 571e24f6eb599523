/**
 * The addresses of AWS that mean a server of this machine. Programs get them rewritten wherever a value holds one: what
 * DNS and TLS do in the cloud, `https://d111.cloudfront.net` becoming `http://localhost:3000`.
 */
export interface Names {
  /** Says that this origin, such as `https://abc.execute-api.eu-west-1.amazonaws.com`, is served at a local one. */
  add(origin: string, local: string): void;
  /** The local origin of a host name, for proxies; undefined for a host that is not this machine's. */
  originOf(host: string): string | undefined;
  /** The value with every known origin in its strings replaced, at any depth. */
  localize<Value>(value: Value): Value;
}

export function createNames(): Names {
  const origins = new Map<string, string>();
  const replace = (text: string) => {
    let result = text;
    for (const [origin, local] of origins) result = result.replaceAll(origin, local);
    return result;
  };
  const localize = (value: unknown): unknown => {
    if (typeof value === "string") return replace(value);
    if (Array.isArray(value)) return value.map(localize);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, localize(item)]));
  };
  return {
    add: (origin, local) => {
      origins.set(origin, local);
    },
    originOf: (host) => origins.get(`https://${host}`),
    localize: <Value>(value: Value) => localize(value) as Value,
  };
}
