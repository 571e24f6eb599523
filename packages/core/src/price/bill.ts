import { type Region, usdFor } from "./price.ts";
import { WORK_PRICES } from "./work-prices.ts";

export type Architecture = "ARM64" | "X86_64";

/** Where work is done, which is what its price depends on. */
export interface Market {
  readonly region: Region;
  readonly architecture: Architecture;
}

/** What work was used, or will be. */
export interface Quantities {
  /** Of tasks, as they are billed. */
  readonly vcpuSeconds: number;
  readonly gbSeconds: number;
  /** Of disk beyond what each task has for nothing. */
  readonly diskGbSeconds: number;
  readonly transitions: number;
  readonly objectsWritten: number;
  readonly objectsRead: number;
  readonly functionGbSeconds: number;
  readonly functionCalls: number;
}

/** Fargate gives each task so much disk for nothing. */
const FREE_DISK_GB = 20;

export function billedDiskGb(diskGb: number): number {
  return Math.max(0, diskGb - FREE_DISK_GB);
}

/** US dollars at list prices, without what keeping the result costs. */
export function billOf(used: Quantities, { region, architecture }: Market): number {
  const usd = (price: keyof typeof WORK_PRICES, quantity: number) =>
    usdFor(WORK_PRICES[price], region, quantity);
  return (
    usd(`fargate.${architecture}.vcpuHour`, used.vcpuSeconds / 3600) +
    usd(`fargate.${architecture}.gbHour`, used.gbSeconds / 3600) +
    usd("fargateDiskGbHour", used.diskGbSeconds / 3600) +
    usd("stateTransition", used.transitions) +
    usd("s3Put", used.objectsWritten) +
    usd("s3Get", used.objectsRead) +
    usd("lambda.arm64.gbSecond", used.functionGbSeconds) +
    usd("lambdaRequest", used.functionCalls)
  );
}
