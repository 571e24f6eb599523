import type { Server } from "node:http";
import type { Running } from "../emulator/emulator.ts";

const HOST = "127.0.0.1";
const LINGER_MS = 2000;

/** Serves on a port of this machine only. Ending it lets running answers finish for two seconds. */
export async function listen(server: Server, port: number): Promise<Running> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  return {
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
        setTimeout(() => {
          server.closeAllConnections();
        }, LINGER_MS).unref();
      }),
  };
}
