/**
 * Resource types that need no process on one machine, with the reason. A type that is neither here nor with a stand-in is
 * refused, so that nothing an app relies on is missing without a word.
 */
export const PASSIVE: Readonly<Record<string, string>> = {
  // Everything runs on one loopback network, without subnets, routes and firewalls.
  "aws:ec2/vpc:Vpc": "one machine is one network",
  "aws:ec2/subnet:Subnet": "one machine is one network",
  "aws:ec2/securityGroup:SecurityGroup": "one machine is one network",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "one machine is one network",
  "aws:ec2/internetGateway:InternetGateway": "one machine is one network",
  "aws:ec2/natGateway:NatGateway": "one machine is one network",
  "aws:ec2/routeTable:RouteTable": "one machine is one network",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "one machine is one network",
  "aws:ec2/route:Route": "one machine is one network",
  "aws:ec2/eip:Eip": "one machine is one network",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "one machine is one network",
  "aws:ec2/flowLog:FlowLog": "one machine is one network",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "one machine is one network",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "one machine is one network",
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": "no service is discovered by DNS",
  "aws:rds/subnetGroup:SubnetGroup": "one machine is one network",
  "aws:elasticache/subnetGroup:SubnetGroup": "one machine is one network",
  "aws:elasticache/parameterGroup:ParameterGroup": "Redis runs with ElastiCache's defaults",
  "aws:wafv2/webAcl:WebAcl": "nobody but this machine can call",
  "aws:wafv2/webAclAssociation:WebAclAssociation": "nobody but this machine can call",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "nobody but this machine can call",
  "aws:s3/bucketLoggingV2:BucketLoggingV2": "nobody but this machine can call",
  // Permissions are not evaluated yet: every signed caller may do everything.
  "aws:iam/role:Role": "identities are told apart, permissions are not evaluated",
  "aws:iam/policy:Policy": "identities are told apart, permissions are not evaluated",
  "aws:iam/rolePolicy:RolePolicy": "identities are told apart, permissions are not evaluated",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "identities are told apart, permissions are not evaluated",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
    "identities are told apart, permissions are not evaluated",
  "aws:lambda/permission:Permission": "identities are told apart, permissions are not evaluated",
  "aws:sns/topicPolicy:TopicPolicy": "identities are told apart, permissions are not evaluated",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "buckets are private anyway",
  "aws:efs/fileSystemPolicy:FileSystemPolicy": "a file system is a folder of this machine",
  "aws:efs/backupPolicy:BackupPolicy": "a file system is a folder of this machine",
  // Keys, backups and what watches over them.
  "aws:kms/key:Key": "data lies on this machine's own disk",
  "aws:kms/alias:Alias": "data lies on this machine's own disk",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2":
    "data lies on this machine's own disk",
  "aws:secretsmanager/secretRotation:SecretRotation": "secrets are made from the state folder's seed",
  "aws:backup/vault:Vault": "data lies on this machine's own disk",
  "aws:backup/plan:Plan": "data lies on this machine's own disk",
  "aws:backup/selection:Selection": "data lies on this machine's own disk",
  "aws:budgets/budget:Budget": "nothing costs money",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "no metrics are kept",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": "no metrics are kept",
  "aws:cloudwatch/dashboard:Dashboard": "no metrics are kept",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": "no metrics are kept",
  // Logs are files below the state folder.
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "logs are files",
  "aws:cloudwatch/logGroup:LogGroup": "logs are files",
  "aws:apigateway/account:Account": "logs are files",
  // What only shapes what others do.
  "aws:apigateway/methodResponse:MethodResponse": "a proxy integration answers as it likes",
  "aws:apigateway/methodSettings:MethodSettings": "nothing is throttled",
  "aws:apigateway/deployment:Deployment": "the declared routes are the deployed ones",
  "aws:cloudfront/cachePolicy:CachePolicy": "nothing is cached",
  "aws:cloudfront/originAccessControl:OriginAccessControl": "the distribution signs its requests to buckets",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
    "asynchronous invocations are tried three times",
  // Values that a synthesis fills in.
  "random:index/randomPassword:RandomPassword": "made from the state folder's seed",
  "random:index/randomBytes:RandomBytes": "made from the state folder's seed",
  "random:index/randomId:RandomId": "made from the state folder's seed",
  "command:local:Command": "run while the graph is made",
  "aws:s3/bucketObjectv2:BucketObjectv2": "the deployment's own artifacts are built into the state folder",
};
