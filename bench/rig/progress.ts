import { Redis } from "ioredis";

/** Writes down when the live progress of a video is written, as Redis itself sees it. */
export async function watchProgress(
  { host, port }: { readonly host: string; readonly port: number },
  videoId: string,
): Promise<{ stop(): Promise<void>; times(): number[] }> {
  const client = new Redis({ host, port });
  const monitor = await client.monitor();
  const times: number[] = [];
  monitor.on("monitor", (time: string, args: string[]) => {
    if (args[0]?.toLowerCase() === "set" && args[1] === `progress:${videoId}`) times.push(Number(time));
  });
  return {
    async stop() {
      await client.ping(); // what was sent before has been seen by then
      monitor.disconnect();
      client.disconnect();
    },
    times: () => times.map((time) => time - (times[0] ?? 0)),
  };
}
