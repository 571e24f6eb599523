import { IDLE } from "../assumptions.ts";
import { type Charge, type Charging, hourly, list } from "./charge.ts";

/** Gateways, addresses and endpoints. */
export const NETWORK: Readonly<Record<string, Charging>> = {
  "aws:ec2/natGateway:NatGateway": () => [hourly("Network", "NAT gateway", "natHour")],
  "aws:ec2/eip:Eip": () => [hourly("Network", "Public IPv4 address", "publicIpv4Hour")],
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
  "aws:ec2/flowLog:FlowLog": () => [
    { group: "Logs", item: "Flow logs", price: "vendedLogGb", units: IDLE.flowLogGb.value },
  ],
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": () => [
    { group: "Network", item: "Private DNS zone", price: "hostedZone", units: 1 },
  ],
};

/** One network interface in each subnet, each charged. A gateway endpoint is a route, and free. */
function endpoint(...[{ name, inputs }]: Parameters<Charging>): Charge[] {
  if (inputs.vpcEndpointType === "Gateway") return [];
  if (inputs.vpcEndpointType === "Interface")
    return [hourly("Network", "Interface endpoint", "endpointHour", list(inputs.subnetIds).length)];
  throw new Error(`Endpoint "${name}" is of type ${String(inputs.vpcEndpointType)}, which has no price.`);
}
