import { progressKey } from "@telecine/core/progress/progress";
import { Redis } from "ioredis";

/** Writes down when the live progress of a video is written, as Redis itself sees it. */
export async function watchProgress(
  { host, port }: { readonly host: string; readonly port: number },
  videoId: string,
): Promise<{ stop(): Promise<void>; times(): number[] }> {
  const client = new Redis({ host, port, retryStrategy: () => null });
  client.on("error", () => undefined); // is also the rejection of what is asked
  const monitor = await client.monitor();
  monitor.on("error", () => undefined);
  const times: number[] = [];
  monitor.on("monitor", (time: string, [command, key]: string[]) => {
    if (command?.toLowerCase() === "hset" && key === progressKey(videoId)) times.push(Number(time));
  });
  return {
    async stop() {
      try {
        await client.ping(); // what was sent before has been seen by then
      } finally {
        monitor.disconnect();
        client.disconnect();
      }
    },
    times: () => times.map((time) => time - (times[0] ?? 0)),
  };
}
