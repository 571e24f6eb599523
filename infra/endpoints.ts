/// <reference path="../.sst/platform/config.d.ts" />
import { sizes } from "./stage";
import { privateRouteTableIds, vpc } from "./vpc";

const region = aws.getRegionOutput().name;
const { partition } = aws.getPartitionOutput();

/**
 * Gateway endpoints cost nothing, and keep the bulk of the traffic, S3's, off the NAT. Through S3's a task that a hostile
 * video has taken over still reaches no bucket of a stranger's.
 */
export const s3Endpoint = createGateway("S3", "s3", {
  policy: $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "BucketsOfThisAccount",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceAccount": aws.getCallerIdentityOutput().accountId } },
      },
      {
        // ECR hands out the layers of its images from a bucket of AWS's own.
        Sid: "LayersOfImages",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: $interpolate`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`,
      },
    ],
  }),
});
// Nothing calls DynamoDB yet, so no security group opens the way here.
createGateway("DynamoDb", "dynamodb");

/** The one group of all interface endpoints; undefined where a stage has none. */
export const endpointsGroup = sizes.interfaceEndpoints ? createInterfaces() : undefined;

function createGateway(name: string, service: string, more: { policy?: $util.Input<string> } = {}) {
  return new aws.ec2.VpcEndpoint(`${name}Endpoint`, {
    vpcId: vpc.id,
    vpcEndpointType: "Gateway",
    serviceName: $interpolate`com.amazonaws.${region}.${service}`,
    routeTableIds: privateRouteTableIds,
    tags: { Name: `${$app.name}-${$app.stage}-${name}` },
    ...more,
  });
}

function createInterfaces() {
  const group = new aws.ec2.SecurityGroup("EndpointsGroup", {
    vpcId: vpc.id,
    description: "Interface endpoints of AWS services",
    tags: { Name: `${$app.name}-${$app.stage}-Endpoints` },
  });
  const services = [
    // What a Fargate task is started with: its image and its log. ECS itself needs no endpoint there.
    "ecr.api",
    "ecr.dkr",
    "logs",
    // What functions and tasks call.
    "secretsmanager",
    "states",
    "sns",
    "kms",
    "xray",
  ];
  for (const service of services) {
    const name = service.replace(".", "");
    new aws.ec2.VpcEndpoint(`${name}Endpoint`, {
      vpcId: vpc.id,
      vpcEndpointType: "Interface",
      serviceName: $interpolate`com.amazonaws.${region}.${service}`,
      subnetIds: vpc.privateSubnets,
      securityGroupIds: [group.id],
      privateDnsEnabled: true,
      tags: { Name: `${$app.name}-${$app.stage}-${name}` },
    });
  }
  return group;
}
