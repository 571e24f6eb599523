import { request as httpRequest, type IncomingHttpHeaders } from "node:http";

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The error code of an XML answer. */
  readonly code: string | undefined;
}

/** Sends a request exactly as it is written: no normalized path, no headers of its own but the host. */
export async function raw(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<RawResponse> {
  const [, origin = "", path = ""] = /^(http:\/\/[^/]+)(.*)$/s.exec(url) ?? [];
  const { method = "GET", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      origin,
      { method, path: path === "" ? "/" : path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1];
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
