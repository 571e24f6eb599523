import { expect, test } from "vitest";
import { machineOf } from "./machine.ts";

test("without a word, a video may use what a new account has: six vCPUs", () => {
  expect(machineOf({})).toEqual({
    ...{ region: "ap-northeast-1", architecture: "ARM64" },
    ...{ standardVcpu: 4, maxVcpu: 6, maxTasks: 40, costBound: 1.4, maxCostUsd: undefined },
  });
});

test("a region without known prices has the app's own", () => {
  expect(machineOf({ AWS_REGION: "us-east-1" }).region).toBe("us-east-1");
  expect(machineOf({ AWS_REGION: "eu-central-2" }).region).toBe("ap-northeast-1");
});

test("one task of the standard size is always allowed", () => {
  expect(machineOf({ WORKER_VCPU: "8", MAX_VCPU_PER_VIDEO: "4" }).maxVcpu).toBe(8);
});

test.each([{ WORKER_VCPU: "many" }, { COST_BOUND: "0.5" }, { WORKER_ARCHITECTURE: "arm" }])(
  "a word that means nothing is refused: %j",
  (environment) => {
    expect(() => machineOf(environment)).toThrow();
  },
);
