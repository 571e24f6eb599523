/// <reference path="../../.sst/platform/config.d.ts" />
import { createAlarm, type Metric } from "../alarm";
import { natGateways } from "../network";
import { scratch } from "../storage";

export const efs = (
  name: string,
  statistic: Metric["statistic"],
  more: Metric["dimensions"] = {},
): Metric => ({
  namespace: "AWS/EFS",
  name,
  dimensions: { FileSystemId: scratch.id, ...more },
  statistic,
});

export const scratchSize = efs("StorageBytes", "Maximum", { StorageClass: "Total" });

createAlarm("FilesIoLimit", {
  says: "The shared scratch space is as busy as a file system can be.",
  // Elastic throughput has no burst credits that could run out; what is left is the limit of operations a second.
  metric: efs("PercentIOLimit", "Maximum"),
  when: { atLeast: 90 },
  minutes: 5,
  of: [3, 3],
  // Nothing is sent while nobody has it mounted.
  missing: "notBreaching",
});

createAlarm("FilesSize", {
  says: "The shared scratch space grows: what videos leave there is not swept.",
  metric: scratchSize,
  // A video needs a tenth of a byte there for each byte of its source, 5 GB for the largest, and gives it back. 100 GB is
  // 20 of the largest at once, and $36 a month for something that should be empty at night.
  when: { atLeast: 100e9 },
  // EFS counts every 15 minutes.
  minutes: 60,
  of: [6, 6],
  missing: "notBreaching",
});

export const nat = (gateway: aws.ec2.NatGateway, name: string): Metric => ({
  namespace: "AWS/NATGateway",
  name,
  dimensions: { NatGatewayId: gateway.id },
  statistic: "Sum",
});

for (const [index, gateway] of natGateways.entries()) {
  createAlarm(`NatPorts${index + 1}`, {
    says: "The NAT gateway has no port left for another connection to the same place.",
    runbook: "NatPorts",
    // It has 55,000 ports for each destination: the first refusal means a leak or a flood.
    metric: nat(gateway, "ErrorPortAllocation"),
    when: { atLeast: 1 },
    minutes: 5,
    of: [1, 1],
    missing: "notBreaching",
  });
}
