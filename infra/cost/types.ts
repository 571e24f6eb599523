/**
 * Every resource type of the graph costs money for existing (charges.ts), or by use (METERED), or nothing (FREE). A type in
 * none of them is refused by name, so that an estimate cannot miss what somebody adds.
 */

/** Types that cost by use only, and what is counted. */
export const METERED: Readonly<Record<string, string>> = {
  "aws:apigateway/restApi:RestApi": "requests",
  "aws:cloudfront/distribution:Distribution": "bytes and requests",
  "aws:cloudfront/function:Function": "invocations",
  "aws:cloudfront/keyValueStore:KeyValueStore": "reads",
  "aws:ecs/taskDefinition:TaskDefinition": "seconds of tasks",
  "aws:lambda/function:Function": "invocations and seconds",
  "aws:s3/bucketV2:BucketV2": "stored bytes and requests",
  "aws:s3/bucketLoggingV2:BucketLoggingV2": "stored bytes of access logs",
  "aws:s3/bucketObjectv2:BucketObjectv2": "stored bytes: code of functions, a few MB",
  "aws:sfn/stateMachine:StateMachine": "state transitions",
  "aws:sns/topic:Topic": "messages",
  "aws:sns/topicSubscription:TopicSubscription": "deliveries: e-mail $2 for 100,000",
  "aws:sqs/queue:Queue": "requests: $0.40 for a million",
  "aws:secretsmanager/secretRotation:SecretRotation": "runs of its function",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "bytes of logs",
};

const free = (reason: string, types: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, reason]));

/** Types that cost nothing, and why. */
export const FREE: Readonly<Record<string, string>> = {
  ...free("a network's shape", [
    "aws:ec2/vpc:Vpc",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/route:Route",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:efs/mountTarget:MountTarget",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
  ]),
  ...free("who may do what", [
    "aws:iam/role:Role",
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:lambda/permission:Permission",
    "aws:efs/accessPoint:AccessPoint",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:cloudfront/originAccessControl:OriginAccessControl",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  ]),
  ...free("a setting of what is charged itself", [
    "aws:apigateway/account:Account",
    "aws:apigateway/resource:Resource",
    "aws:apigateway/method:Method",
    "aws:apigateway/methodResponse:MethodResponse",
    "aws:apigateway/methodSettings:MethodSettings",
    "aws:apigateway/integration:Integration",
    "aws:apigateway/integrationResponse:IntegrationResponse",
    "aws:apigateway/response:Response",
    "aws:apigateway/deployment:Deployment",
    "aws:cloudfront/cachePolicy:CachePolicy",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    "aws:lambda/functionUrl:FunctionUrl",
    "aws:lambda/invocation:Invocation",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:elasticache/parameterGroup:ParameterGroup",
    "aws:kms/alias:Alias",
    "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
    "aws:s3/bucketNotification:BucketNotification",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
    "aws:s3/bucketVersioningV2:BucketVersioningV2",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "aws:backup/vault:Vault",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "aws:backup/selection:Selection",
  ]),
  ...free("free of charge at AWS", [
    "aws:acm/certificate:Certificate",
    "aws:acm/certificateValidation:CertificateValidation",
    "aws:route53/record:Record",
    "aws:budgets/budget:Budget",
  ]),
  ...free("a value or a step of the deployment", [
    "command:local:Command",
    "pulumi:pulumi:Stack",
    "pulumi-nodejs:dynamic:Resource",
    "random:index/randomPassword:RandomPassword",
    "random:index/randomBytes:RandomBytes",
    "random:index/randomId:RandomId",
  ]),
};

/** Components of SST are made of the resources that cost; links and versions are notes of the deployment. */
export const isComponent = (type: string) => type.startsWith("sst:");
