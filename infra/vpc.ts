/// <reference path="../.sst/platform/config.d.ts" />
import { sizes } from "./stage";

/** 10.0.0.0/16 over two zones: public (NAT only), private (functions and tasks), isolated (data, no route out). */
export const vpc = new sst.aws.Vpc("Vpc", {
  az: 2,
  transform: {
    // The NAT gateways bring their own addresses; whatever else were started there would stay without one.
    publicSubnet: { mapPublicIpOnLaunch: false },
    // The private routes are resources of their own below, so that their number of NAT gateways is ours to choose.
    privateRouteTable: (args) => {
      delete args.routes;
      return undefined;
    },
    // Whoever forgets to name a security group gets one that allows nothing.
    securityGroup: { ingress: [], egress: [] },
  },
});

const zones = aws.getAvailabilityZonesOutput({ state: "available" }).names;
const isolated = [0, 1].map(createIsolatedSubnet);
export const natGateways = createNatRoutes();

export const subnets = {
  private: vpc.privateSubnets,
  isolated: $output(isolated.map(({ id }) => id)),
};

/** The route table of each private subnet. */
export const privateRouteTableIds = vpc.nodes.privateRouteTables.apply((tables) =>
  tables.map((table) => table.id),
);

function createIsolatedSubnet(index: number) {
  const name = `IsolatedSubnet${index + 1}`;
  const tags = { Name: `${$app.name}-${$app.stage}-${name}` };
  const subnet = new aws.ec2.Subnet(name, {
    vpcId: vpc.id,
    cidrBlock: `10.0.${128 + 8 * index}.0/22`,
    availabilityZone: zones.apply((names) => names[index] ?? names[0] ?? ""),
    tags,
  });
  const table = new aws.ec2.RouteTable(`IsolatedRouteTable${index + 1}`, { vpcId: vpc.id, tags });
  new aws.ec2.RouteTableAssociation(`IsolatedRouteTableAssociation${index + 1}`, {
    subnetId: subnet.id,
    routeTableId: table.id,
  });
  return subnet;
}

/** SST's own NAT is one gateway per zone; a small stage shares one, and loses the internet when its zone is lost. */
function createNatRoutes() {
  if (sizes.natGateways === 0) return [];
  const gateways = Array.from({ length: sizes.natGateways }, (_, index) => {
    const address = new aws.ec2.Eip(`NatAddress${index + 1}`, { domain: "vpc" });
    return new aws.ec2.NatGateway(`NatGateway${index + 1}`, {
      subnetId: vpc.nodes.publicSubnets.apply((all) => all[index]?.id ?? ""),
      allocationId: address.id,
      tags: { Name: `${$app.name}-${$app.stage}-NatGateway${index + 1}` },
    });
  });
  for (const index of [0, 1]) {
    new aws.ec2.Route(`PrivateRoute${index + 1}`, {
      routeTableId: vpc.nodes.privateRouteTables.apply((all) => all[index]?.id ?? ""),
      destinationCidrBlock: "0.0.0.0/0",
      natGatewayId: (gateways[index] ?? gateways[0])?.id,
    });
  }
  return gateways;
}
