/// <reference path="../.sst/platform/config.d.ts" />
import { sizes } from "./stage";

/** 10.0.0.0/16 over two zones: public (NAT only), private (functions and tasks), isolated (data, no route out). */
export const vpc = new sst.aws.Vpc("Vpc", {
  az: 2,
  transform: {
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
createNatRoutes();

export const subnets = {
  private: vpc.privateSubnets,
  isolated: $output(isolated.map(({ subnet }) => subnet.id)),
};

/** One group per role. A rule names the group on its other side; nothing is opened to an address range of the VPC. */
export const groups = {
  functions: createGroup("Functions", "Lambda functions"),
  tasks: createGroup("Tasks", "Fargate tasks"),
  database: createGroup("DatabaseAccess", "PostgreSQL"),
  cache: createGroup("CacheAccess", "Redis"),
  files: createGroup("FilesAccess", "EFS mount targets"),
  endpoints: createGroup("Endpoints", "Interface endpoints of AWS services"),
};

allow("FunctionsToDatabase", groups.functions, groups.database, 5432);
allow("FunctionsToCache", groups.functions, groups.cache, 6379);
allow("TasksToDatabase", groups.tasks, groups.database, 5432);
allow("TasksToCache", groups.tasks, groups.cache, 6379);
allow("TasksToFiles", groups.tasks, groups.files, 2049);
allow("FunctionsToEndpoints", groups.functions, groups.endpoints, 443);
allow("TasksToEndpoints", groups.tasks, groups.endpoints, 443);
allowHttpsOut("FunctionsToAws", groups.functions);
allowHttpsOut("TasksToAws", groups.tasks);

createGatewayEndpoints();
if (sizes.interfaceEndpoints) createInterfaceEndpoints();

function createIsolatedSubnet(index: number) {
  const name = `IsolatedSubnet${index + 1}`;
  const subnet = new aws.ec2.Subnet(name, {
    vpcId: vpc.id,
    cidrBlock: `10.0.${128 + 8 * index}.0/22`,
    availabilityZone: zones.apply((names) => names[index] ?? names[0] ?? ""),
    tags: { Name: `${$app.name}-${$app.stage}-${name}` },
  });
  const table = new aws.ec2.RouteTable(`IsolatedRouteTable${index + 1}`, {
    vpcId: vpc.id,
    tags: { Name: `${$app.name}-${$app.stage}-${name}` },
  });
  new aws.ec2.RouteTableAssociation(`IsolatedRouteTableAssociation${index + 1}`, {
    subnetId: subnet.id,
    routeTableId: table.id,
  });
  return { subnet, table };
}

/** SST's own NAT is one gateway per zone; a small stage shares one, and loses the internet when its zone is lost. */
function createNatRoutes() {
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
}

function createGroup(name: string, description: string) {
  return new aws.ec2.SecurityGroup(`${name}Group`, {
    vpcId: vpc.id,
    description,
    tags: { Name: `${$app.name}-${$app.stage}-${name}` },
  });
}

/** Both halves of a connection: the caller may go out, the callee lets in. */
function allow(name: string, from: aws.ec2.SecurityGroup, to: aws.ec2.SecurityGroup, port: number) {
  const rule = { ipProtocol: "tcp", fromPort: port, toPort: port, description: name };
  new aws.vpc.SecurityGroupEgressRule(`${name}Out`, {
    ...rule,
    securityGroupId: from.id,
    referencedSecurityGroupId: to.id,
  });
  new aws.vpc.SecurityGroupIngressRule(`${name}In`, {
    ...rule,
    securityGroupId: to.id,
    referencedSecurityGroupId: from.id,
  });
}

/** The services of AWS have no fixed addresses: HTTPS may go anywhere, nothing else may. */
function allowHttpsOut(name: string, from: aws.ec2.SecurityGroup) {
  new aws.vpc.SecurityGroupEgressRule(name, {
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "0.0.0.0/0",
    description: name,
    securityGroupId: from.id,
  });
}

/** Gateway endpoints cost nothing, and keep the bulk of the traffic, S3's, off the NAT. */
function createGatewayEndpoints() {
  const region = aws.getRegionOutput().name;
  const routeTableIds = vpc.nodes.privateRouteTables.apply((tables) => tables.map((table) => table.id));
  for (const service of ["s3", "dynamodb"]) {
    new aws.ec2.VpcEndpoint(`${service === "s3" ? "S3" : "DynamoDb"}Endpoint`, {
      vpcId: vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: $interpolate`com.amazonaws.${region}.${service}`,
      routeTableIds,
    });
  }
}

function createInterfaceEndpoints() {
  const region = aws.getRegionOutput().name;
  const services = ["ecr.api", "ecr.dkr", "ecs", "logs", "secretsmanager", "states", "sns", "kms", "xray"];
  for (const service of services) {
    new aws.ec2.VpcEndpoint(`${service.replace(".", "")}Endpoint`, {
      vpcId: vpc.id,
      vpcEndpointType: "Interface",
      serviceName: $interpolate`com.amazonaws.${region}.${service}`,
      subnetIds: vpc.privateSubnets,
      securityGroupIds: [groups.endpoints.id],
      privateDnsEnabled: true,
    });
  }
}
