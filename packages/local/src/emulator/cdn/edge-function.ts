import { createRequire } from "node:module";
import { createContext, Script } from "node:vm";

/** A request as CloudFront Functions see it. */
export interface EdgeRequest {
  method: string;
  uri: string;
  querystring: Record<string, { value: string }>;
  headers: Record<string, { value: string }>;
  cookies: Record<string, { value: string }>;
}

export interface EdgeResponse {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, { value: string }>>;
  readonly body?: string | { readonly encoding: "text" | "base64"; readonly data: string };
}

export interface Origin {
  readonly domainName: string;
  readonly originPath?: string;
}

export type Routed =
  | { readonly kind: "request"; readonly request: EdgeRequest; readonly origin: Origin | undefined }
  | { readonly kind: "response"; readonly response: EdgeResponse };

/** A compiled viewer-request function: what a viewer asks for, and the address it asks from. */
export type EdgeFunction = (request: EdgeRequest, viewerAddress: string) => Promise<Routed>;

const TIMEOUT_MS = 1000;

/**
 * Compiles the code of a CloudFront Function (`cloudfront-js-2.0`) with the parts of the `cloudfront` module that are used
 * at viewer requests: `cf.kvs()` and `cf.updateRequestOrigin()`.
 */
export function compileEdgeFunction(
  name: string,
  code: string,
  values: ReadonlyMap<string, string>,
): EdgeFunction {
  const body = code.replace(/^\s*import\s+cf\s+from\s+["']cloudfront["'];?/m, "");
  // CloudFront Functions have `require` for a few modules of their own; of these only hashing is a Node.js module too.
  const require = (module: string): unknown => {
    if (module === "crypto") return createRequire(import.meta.url)("node:crypto");
    throw new Error(`The edge function "${name}" requires "${module}", which is not there.`);
  };
  const script = new Script(`(cf, require) => { ${body}\n; return handler; }`, { filename: `${name}.js` });
  const factory = script.runInContext(createContext({ console: undefined })) as (
    cf: object,
    require: (module: string) => unknown,
  ) => (event: object) => Promise<unknown>;

  return async (request, viewerAddress) => {
    let origin: Origin | undefined;
    const cf = {
      kvs: () => ({
        get: async (key: string) => valueOf(name, values, key),
        exists: async (key: string) => values.has(key),
      }),
      updateRequestOrigin: (chosen: Origin) => {
        origin = chosen;
      },
    };
    const result = await withinTime(
      name,
      factory(cf, require)({ version: "1.0", context: {}, viewer: { ip: viewerAddress }, request }),
    );
    if (isResponse(result)) return { kind: "response", response: result };
    return { kind: "request", request: result as EdgeRequest, origin };
  };
}

function valueOf(name: string, values: ReadonlyMap<string, string>, key: string): string {
  const value = values.get(key);
  if (value === undefined)
    throw new Error(`The edge function "${name}" found no value for the key "${key}".`);
  return value;
}

async function withinTime(name: string, work: Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The edge function "${name}" did not end within ${TIMEOUT_MS} ms.`));
    }, TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isResponse(value: unknown): value is EdgeResponse {
  return typeof value === "object" && value !== null && "statusCode" in value;
}
