import { arn, hex, letters, stableBytes } from "../context.ts";
import { type Answerer, ec2, plain } from "./builders.ts";

/** VPCs and what is in them. */
export const NETWORK: Readonly<Record<string, Answerer>> = {
  "aws:ec2/vpc:Vpc": ec2("vpc", "vpc", (vpc) => ({
    defaultSecurityGroupId: `sg-0${hex(vpc, 15)}d`,
    mainRouteTableId: `rtb-0${hex(vpc, 15)}d`,
  })),
  "aws:ec2/subnet:Subnet": ec2("subnet", "subnet"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway"),
  "aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway"),
  "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": plain("rtbassoc"),
  "aws:ec2/route:Route": plain("r"),
  "aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", (eip) => ({
    publicIp: `203.0.113.${stableBytes(eip, "ip", 1).readUInt8()}`,
    allocationId: `eipalloc-0${hex(eip, 16)}`,
  })),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint", (endpoint) => ({
    prefixListId: `pl-0${hex(endpoint, 16)}`,
  })),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("sgr", "security-group-rule"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("sgr", "security-group-rule"),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": (namespace) => {
    const id = `ns-${letters(namespace, 16)}`;
    return {
      id,
      attributes: {
        arn: arn(namespace, "servicediscovery", `namespace/${id}`),
        hostedZone: `Z${letters(namespace, 19).toUpperCase()}`,
      },
    };
  },
};
