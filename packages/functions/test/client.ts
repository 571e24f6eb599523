import { app } from "../src/api/app.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, parsed. Tests say what they expect of it. */
  readonly body: Record<string, unknown>;
}

interface Options {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** API Gateway's id of the request. */
  readonly requestId?: string;
}

/** Sends a request to the API as Lambda would hand it over. */
export async function send(method: string, path: string, options: Options = {}): Promise<Answer> {
  const { body, headers = {}, requestId } = options;
  const isText = typeof body === "string";
  const response = await app.request(
    path,
    {
      method,
      headers: {
        ...(body === undefined || isText ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    },
    requestId === undefined ? {} : { event: { requestContext: { requestId } } },
  );
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const parsed = isJson && text ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, text, body: parsed };
}
