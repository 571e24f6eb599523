/// <reference path="../.sst/platform/config.d.ts" />
import { endpointsGroup, s3Endpoint } from "./endpoints";
import { vpc } from "./vpc";

/** One group per role. A rule names the group on its other side; nothing is opened to an address range of the VPC. */
export const groups = {
  functions: createGroup("Functions", "Lambda functions"),
  tasks: createGroup("Tasks", "Fargate tasks"),
  database: createGroup("DatabaseAccess", "PostgreSQL"),
  cache: createGroup("CacheAccess", "Redis"),
  files: createGroup("FilesAccess", "EFS mount targets"),
};

allow("FunctionsToDatabase", "PostgreSQL for functions", groups.functions, groups.database, 5432);
allow("FunctionsToCache", "Redis for functions", groups.functions, groups.cache, 6379);
allow("TasksToDatabase", "PostgreSQL for tasks", groups.tasks, groups.database, 5432);
allow("TasksToCache", "Redis for tasks", groups.tasks, groups.cache, 6379);
allow("TasksToFiles", "NFS over TLS for tasks", groups.tasks, groups.files, 2049);
allowAws("Functions", groups.functions);
allowAws("Tasks", groups.tasks);

function createGroup(name: string, description: string) {
  return new aws.ec2.SecurityGroup(`${name}Group`, {
    vpcId: vpc.id,
    description,
    tags: { Name: `${$app.name}-${$app.stage}-${name}` },
  });
}

/** Both halves of a connection: the caller may go out, the callee lets in. */
function allow(
  name: string,
  description: string,
  from: aws.ec2.SecurityGroup,
  to: aws.ec2.SecurityGroup,
  port: number,
) {
  const rule = { ipProtocol: "tcp", fromPort: port, toPort: port, description };
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

/** AWS's services by their endpoints. Where a stage has none they have no addresses of their own: HTTPS goes anywhere. */
function allowAws(name: string, from: aws.ec2.SecurityGroup) {
  const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, securityGroupId: from.id };
  if (!endpointsGroup) {
    new aws.vpc.SecurityGroupEgressRule(`${name}ToAws`, {
      ...https,
      cidrIpv4: "0.0.0.0/0",
      description: "AWS services through the NAT",
    });
    return;
  }
  allow(`${name}ToEndpoints`, `AWS services for ${name.toLowerCase()}`, from, endpointsGroup, 443);
  new aws.vpc.SecurityGroupEgressRule(`${name}ToS3`, {
    ...https,
    prefixListId: s3Endpoint.prefixListId,
    description: "S3 through its gateway endpoint",
  });
}
