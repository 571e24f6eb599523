import type { Bucket } from "../storage/bucket.ts";

export interface Traffic {
  bytesRead: number;
  bytesWritten: number;
}

/** The same bucket, which counts what goes through it. */
export function metered(bucket: Bucket): { readonly bucket: Bucket; readonly traffic: Traffic } {
  const traffic: Traffic = { bytesRead: 0, bytesWritten: 0 };
  return {
    traffic,
    bucket: {
      readText: async (key, signal) => {
        const text = await bucket.readText(key, signal);
        traffic.bytesRead += Buffer.byteLength(text);
        return text;
      },
      openRange: async (range, signal) => {
        const body = await bucket.openRange(range, signal);
        traffic.bytesRead += range.last - range.first + 1;
        return body;
      },
      write: async (key, body, headers, signal) => {
        await bucket.write(key, body, headers, signal);
        traffic.bytesWritten += body.length;
      },
    },
  };
}
