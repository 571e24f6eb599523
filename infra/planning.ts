/// <reference path="../.sst/platform/config.d.ts" />
import { sizes } from "./stage";

/**
 * What functions that plan, estimate and account for videos are told of the tasks: whoever plans must know the machine.
 * Their region, which prices hang on, Lambda tells them itself.
 */
export const planning: Record<string, string> = {
  WORKER_ARCHITECTURE: $dev ? "X86_64" : "ARM64",
  WORKER_VCPU: String(Number.parseFloat(sizes.worker.cpu)),
  MAX_VCPU_PER_VIDEO: readAmount("TELECINE_MAX_VCPU_PER_VIDEO") ?? String(sizes.worker.vcpuPerVideo),
  ...limit("MAX_COST_USD", "TELECINE_MAX_COST_USD"),
};

function limit(name: string, variable: string): Record<string, string> {
  const amount = readAmount(variable);
  return amount === undefined ? {} : { [name]: amount };
}

function readAmount(variable: string): string | undefined {
  const text = process.env[variable];
  if (text === undefined || text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return text;
  throw new Error(`${variable} is "${text}": give a number above 0, such as 12 or 0.5.`);
}
