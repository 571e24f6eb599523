export interface PutRequest {
  readonly url: string;
  readonly body: Blob;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onProgress: (sentBytes: number) => void;
}

export interface PutAnswer {
  readonly status: number;
  readonly etag: string | null;
}

/** Sends bytes to storage. Rejects with a `ConnectionLostError` without an answer, with the signal's reason when aborted. */
export interface Transport {
  readonly put: (request: PutRequest) => Promise<PutAnswer>;
}

/** Storage did not answer. Browsers do not say why: the network, a refused preflight, or a file that is gone. */
export class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";
}

/** Browsers set these themselves and refuse them from a page. */
const OWN_TO_THE_BROWSER = new Set(["content-length", "host", "connection"]);

/** `fetch` cannot tell how much was sent, so this is XMLHttpRequest. */
export const xhrTransport: Transport = {
  put: ({ url, body, headers, signal, onProgress }) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const xhr = new XMLHttpRequest();
      const abort = () => {
        xhr.abort();
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", abort, { once: true });
      xhr.upload.onprogress = ({ loaded }) => {
        onProgress(loaded);
      };
      xhr.onload = () => {
        resolve({ status: xhr.status, etag: xhr.getResponseHeader("etag") });
      };
      xhr.onerror = () => {
        reject(new ConnectionLostError("The connection to the storage was lost."));
      };
      xhr.onloadend = () => {
        signal.removeEventListener("abort", abort);
      };
      xhr.open("PUT", url);
      for (const [name, value] of Object.entries(headers)) {
        if (!OWN_TO_THE_BROWSER.has(name.toLowerCase())) xhr.setRequestHeader(name, value);
      }
      xhr.send(body);
    }),
};
