import {
  arn,
  type Answer,
  hex,
  letters,
  physicalName,
  type Registration,
  stableBytes,
  text,
  uuid,
} from "./context.ts";

type Answerer = (resource: Registration) => Answer;

/** Ids and ARNs of EC2's resources: `vpc-…`, `arn:aws:ec2:…:vpc/vpc-…`. */
const ec2 =
  (
    prefix: string,
    kind: string,
    more: (resource: Registration) => Record<string, unknown> = () => ({}),
  ): Answerer =>
  (resource) => {
    const id = `${prefix}-0${hex(resource, 16)}`;
    return { id, attributes: { arn: arn(resource, "ec2", `${kind}/${id}`), ...more(resource) } };
  };

/** A resource whose id is its name and whose ARN ends with it. */
const named =
  (service: string, kind: string, field = "name"): Answerer =>
  (resource) => {
    const name = physicalName(resource, field);
    return { id: name, attributes: { [field]: name, arn: arn(resource, service, `${kind}${name}`) } };
  };

/** A resource whose id is its ARN. */
const byArn =
  (service: string, kind: string): Answerer =>
  (resource) => {
    const name = physicalName(resource);
    const value = arn(resource, service, `${kind}${name}`);
    return { id: value, attributes: { name, arn: value } };
  };

/** A resource that only ties others together and has nothing that a program could ask for but an id. */
const plain =
  (prefix: string): Answerer =>
  (resource) => ({ id: `${prefix}-${letters(resource, 10)}` });

/** A resource that AWS knows by the name of the bucket, function or queue it configures. */
const configures =
  (field: string): Answerer =>
  (resource) => ({ id: text(resource, field) });

const global =
  (
    service: string,
    kind: string,
    id: (resource: Registration) => string,
    more: (resource: Registration) => Record<string, unknown> = () => ({}),
  ): Answerer =>
  (resource) => {
    const own = id(resource);
    return {
      id: own,
      attributes: { arn: `arn:aws:${service}::${resource.accountId}:${kind}${own}`, ...more(resource) },
    };
  };

/**
 * One entry for each resource type that a program may register. A type without one is refused by name: an answer that is
 * made up would let a mistake pass that a deployment would not.
 */
export const RESOURCES: Readonly<Record<string, Answerer>> = {
  // Network
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
  // Data
  "aws:rds/instance:Instance": rdsInstance,
  "aws:rds/parameterGroup:ParameterGroup": named("rds", "pg:"),
  "aws:rds/subnetGroup:SubnetGroup": named("rds", "subgrp:"),
  "aws:elasticache/replicationGroup:ReplicationGroup": replicationGroup,
  "aws:elasticache/parameterGroup:ParameterGroup": named("elasticache", "parametergroup:"),
  "aws:elasticache/subnetGroup:SubnetGroup": named("elasticache", "subnetgroup:"),
  "aws:efs/fileSystem:FileSystem": fileSystem,
  "aws:efs/accessPoint:AccessPoint": accessPoint,
  "aws:efs/mountTarget:MountTarget": plain("fsmt"),
  "aws:efs/backupPolicy:BackupPolicy": configures("fileSystemId"),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": configures("fileSystemId"),
  "aws:s3/bucketV2:BucketV2": bucket,
  "aws:s3/bucketPolicy:BucketPolicy": configures("bucket"),
  "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2": configures("bucket"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": configures("bucket"),
  "aws:s3/bucketVersioningV2:BucketVersioningV2": configures("bucket"),
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": configures("bucket"),
  "aws:s3/bucketNotification:BucketNotification": configures("bucket"),
  "aws:s3/bucketObjectv2:BucketObjectv2": (object) => ({
    id: text(object, "key"),
    attributes: { etag: hex(object, 32) },
  }),
  // Compute
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/permission:Permission": plain("statement"),
  "aws:lambda/invocation:Invocation": (invocation) => ({
    id: `${text(invocation, "functionName")}_$LATEST_${hex(invocation, 8)}`,
    attributes: { result: "null" },
  }),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": configures("functionName"),
  "aws:lambda/functionUrl:FunctionUrl": (url) => {
    const urlId = letters(url, 32);
    return {
      id: text(url, "functionName"),
      attributes: { urlId, functionUrl: `https://${urlId}.lambda-url.${url.region}.on.aws/` },
    };
  },
  "aws:ecs/cluster:Cluster": byArn("ecs", "cluster/"),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": configures("clusterName"),
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition,
  "docker-build:index:Image": (image) => {
    const digest = `sha256:${hex(image, 64)}`;
    return {
      id: digest,
      attributes: { digest, ref: `${(image.inputs.tags as string[] | undefined)?.[0] ?? "image"}@${digest}` },
    };
  },
  "command:local:Command": (command) => ({
    id: `command-${letters(command, 10)}`,
    attributes: { stdout: "", stderr: "" },
  }),
  // Messages and workflows
  "aws:sns/topic:Topic": byArn("sns", ""),
  "aws:sns/topicPolicy:TopicPolicy": configures("arn"),
  "aws:sns/topicSubscription:TopicSubscription": (subscription) => {
    const value = `${text(subscription, "topic")}:${uuid(subscription)}`;
    return { id: value, attributes: { arn: value } };
  },
  "aws:sqs/queue:Queue": (queue) => {
    const name = physicalName(queue);
    const url = `https://sqs.${queue.region}.amazonaws.com/${queue.accountId}/${name}`;
    return { id: url, attributes: { arn: arn(queue, "sqs", name), url } };
  },
  "aws:sqs/queuePolicy:QueuePolicy": configures("queueUrl"),
  "aws:sfn/stateMachine:StateMachine": byArn("states", "stateMachine:"),
  "aws:cloudwatch/eventRule:EventRule": named("events", "rule/"),
  "aws:cloudwatch/eventTarget:EventTarget": plain("target"),
  // Edge
  "aws:apigateway/account:Account": () => ({ id: "api-gateway-account" }),
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/resource:Resource": (resource) => ({ id: letters(resource, 6) }),
  "aws:apigateway/method:Method": plain("agm"),
  "aws:apigateway/methodResponse:MethodResponse": plain("agmr"),
  "aws:apigateway/methodSettings:MethodSettings": plain("agms"),
  "aws:apigateway/integration:Integration": plain("agi"),
  "aws:apigateway/integrationResponse:IntegrationResponse": plain("agir"),
  "aws:apigateway/response:Response": plain("aggr"),
  "aws:apigateway/deployment:Deployment": (deployment) => ({ id: letters(deployment, 6) }),
  "aws:apigateway/stage:Stage": stage,
  "aws:cloudfront/distribution:Distribution": distribution,
  "aws:cloudfront/function:Function": global("cloudfront", "function/", physicalName, (fn) => ({
    etag: `E${letters(fn, 13).toUpperCase()}`,
  })),
  "aws:cloudfront/keyValueStore:KeyValueStore": global("cloudfront", "key-value-store/", uuid),
  "aws:cloudfront/cachePolicy:CachePolicy": (policy) => ({ id: uuid(policy) }),
  "aws:cloudfront/originAccessControl:OriginAccessControl": (control) => ({
    id: `E${letters(control, 13).toUpperCase()}`,
  }),
  "aws:acm/certificate:Certificate": (certificate) => {
    const value = arn(certificate, "acm", `certificate/${uuid(certificate)}`);
    return { id: value, attributes: { arn: value, domainValidationOptions: [] } };
  },
  "aws:acm/certificateValidation:CertificateValidation": (validation) => ({
    id: uuid(validation),
    attributes: { certificateArn: validation.inputs.certificateArn },
  }),
  "aws:route53/record:Record": plain("record"),
  // Identity and secrets
  "aws:iam/role:Role": global("iam", "role/", physicalName, (role) => ({
    name: physicalName(role),
    uniqueId: `AROA${letters(role, 17).toUpperCase()}`,
  })),
  "aws:iam/policy:Policy": global("iam", "policy/", physicalName, (policy) => ({
    name: physicalName(policy),
  })),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": plain("attachment"),
  "aws:secretsmanager/secret:Secret": (secret) => {
    const name = physicalName(secret);
    const value = arn(secret, "secretsmanager", `secret:${name}-${letters(secret, 6)}`);
    return { id: value, attributes: { name, arn: value } };
  },
  "aws:secretsmanager/secretVersion:SecretVersion": (version) => {
    const versionId = uuid(version);
    return {
      id: `${text(version, "secretId")}|${versionId}`,
      attributes: { arn: version.inputs.secretId, versionId },
    };
  },
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomId:RandomId": (id) => ({ id: hex(id, 16), attributes: { hex: hex(id, 16) } }),
  "random:index/randomBytes:RandomBytes": (bytes) => {
    const value = stableBytes(bytes, "bytes", bytes.inputs.length as number);
    return {
      id: value.toString("base64"),
      attributes: { base64: value.toString("base64"), hex: value.toString("hex") },
    };
  },
  // SST's own providers: they call the command line instead of a cloud.
  "pulumi-nodejs:dynamic:Resource": (resource) => ({
    id: letters(resource, 12),
    attributes: { isDone: true },
  }),
};

function rdsInstance(instance: Registration): Answer {
  const identifier = physicalName(instance, "identifier").toLowerCase();
  const address = `${identifier}.${letters(instance, 12)}.${instance.region}.rds.amazonaws.com`;
  return {
    id: identifier,
    attributes: {
      identifier,
      arn: arn(instance, "rds", `db:${identifier}`),
      address,
      port: 5432,
      endpoint: `${address}:5432`,
      resourceId: `db-${letters(instance, 26).toUpperCase()}`,
    },
  };
}

function replicationGroup(group: Registration): Answer {
  const id = physicalName(group, "replicationGroupId").toLowerCase();
  const domain = `${id}.${letters(group, 6)}.apne1.cache.amazonaws.com`;
  return {
    id,
    attributes: {
      arn: arn(group, "elasticache", `replicationgroup:${id}`),
      clusterEnabled: group.inputs.clusterMode === "enabled",
      primaryEndpointAddress: `master.${domain}`,
      readerEndpointAddress: `replica.${domain}`,
      configurationEndpointAddress: `clustercfg.${domain}`,
    },
  };
}

function fileSystem(files: Registration): Answer {
  const id = `fs-0${hex(files, 16)}`;
  return {
    id,
    attributes: {
      arn: arn(files, "elasticfilesystem", `file-system/${id}`),
      dnsName: `${id}.efs.${files.region}.amazonaws.com`,
    },
  };
}

function accessPoint(point: Registration): Answer {
  const id = `fsap-0${hex(point, 16)}`;
  return { id, attributes: { arn: arn(point, "elasticfilesystem", `access-point/${id}`) } };
}

function bucket(resource: Registration): Answer {
  const name = physicalName(resource, "bucket").toLowerCase();
  return {
    id: name,
    attributes: {
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${resource.region}.amazonaws.com`,
      region: resource.region,
    },
  };
}

function lambdaFunction(fn: Registration): Answer {
  const name = physicalName(fn);
  const own = arn(fn, "lambda", `function:${name}`);
  const invokeArn = `arn:aws:apigateway:${fn.region}:lambda:path/2015-03-31/functions/${own}/invocations`;
  return {
    id: name,
    attributes: { name, arn: own, invokeArn, qualifiedArn: `${own}:1`, version: "$LATEST" },
  };
}

function taskDefinition(definition: Registration): Answer {
  const family = text(definition, "family");
  const arnWithoutRevision = arn(definition, "ecs", `task-definition/${family}`);
  return { id: family, attributes: { arn: `${arnWithoutRevision}:1`, arnWithoutRevision, revision: 1 } };
}

function restApi(api: Registration): Answer {
  const id = letters(api, 10);
  return {
    id,
    attributes: {
      arn: `arn:aws:apigateway:${api.region}::/restapis/${id}`,
      rootResourceId: letters({ ...api, urn: `${api.urn}/` }, 10),
      executionArn: arn(api, "execute-api", id),
    },
  };
}

function stage(resource: Registration): Answer {
  const api = text(resource, "restApi");
  const name = text(resource, "stageName");
  return {
    id: `ags-${api}-${name}`,
    attributes: {
      arn: `arn:aws:apigateway:${resource.region}::/restapis/${api}/stages/${name}`,
      executionArn: arn(resource, "execute-api", `${api}/${name}`),
      invokeUrl: `https://${api}.execute-api.${resource.region}.amazonaws.com/${name}`,
    },
  };
}

function distribution(resource: Registration): Answer {
  const id = `E${letters(resource, 13).toUpperCase()}`;
  return {
    id,
    attributes: {
      arn: `arn:aws:cloudfront::${resource.accountId}:distribution/${id}`,
      domainName: `d${letters(resource, 13)}.cloudfront.net`,
      hostedZoneId: "Z2FDTNDATAQYW2",
      etag: `E${letters({ ...resource, urn: `${resource.urn}#etag` }, 13).toUpperCase()}`,
    },
  };
}

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function randomPassword(password: Registration): Answer {
  const special =
    password.inputs.special === false
      ? ""
      : ((password.inputs.overrideSpecial as string | undefined) ?? "!@#$%&*()-_=+[]{}<>:?");
  return {
    id: "none",
    attributes: { result: letters(password, password.inputs.length as number, ALPHANUMERIC + special) },
  };
}

/** What a lookup of an existing resource by its id answers: the attributes that SST's components read. */
export const LOOKUPS: Readonly<
  Record<string, (resource: Registration, id: string) => Record<string, unknown>>
> = {
  // A new account: nobody has set up API Gateway's logging, so the component does.
  "aws:apigateway/account:Account": () => ({ cloudwatchRoleArn: "" }),
  "aws:ec2/vpc:Vpc": (vpc, id) => ({ cidrBlock: "10.0.0.0/16", arn: arn(vpc, "ec2", `vpc/${id}`) }),
};
