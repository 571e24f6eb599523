import { app } from "../src/api/app.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, parsed. Tests say what they expect of it. */
  readonly body: Record<string, unknown>;
}

interface Options {
  /** An object goes as JSON; text as itself, which fetch calls text; bytes as themselves, without a type. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** API Gateway's id of the request. */
  readonly requestId?: string;
}

/** Sends a request to the API as Lambda would hand it over. */
export async function send(method: string, path: string, options: Options = {}): Promise<Answer> {
  const { body, headers = {}, requestId } = options;
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await app.request(
    path,
    {
      method,
      headers: {
        ...(body === undefined || isRaw ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    },
    requestId === undefined ? {} : { event: { requestContext: { requestId } } },
  );
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const parsed = isJson && text ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, text, body: parsed };
}
