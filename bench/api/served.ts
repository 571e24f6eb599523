/** What every server that is measured does: says where it listens, and what it took so far when asked. */
import type { AddressInfo } from "node:net";

export interface Listening {
  readonly port: number;
}

export interface OwnUsage {
  readonly cpuSeconds: number;
}

export function serveMeasured({ port }: AddressInfo): void {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuSeconds: (user + system) / 1e6 } satisfies OwnUsage);
  });
  process.once("disconnect", () => process.exit());
  process.send?.({ port } satisfies Listening);
}
