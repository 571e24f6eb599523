import { ofType } from "../../packages/local/src/synth/graph.ts";
import type { Index } from "./index.ts";

/** The ports that the rules of a card's security groups open. */
export function portsOf({ graph, attachments }: Index, urn: string): string[] {
  const groups = attachments.get(urn)?.securityGroups ?? [];
  const ports = ofType(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => groups.includes(String(inputs.securityGroupId)))
    .map(({ inputs }) => `:${String(inputs.fromPort)}`);
  return [...new Set(ports)];
}
