/// <reference path="../.sst/platform/config.d.ts" />

/**
 * Every role of the app has the app's path, so that whoever deploys may be allowed to make and pass these roles and no
 * others (docs/deploy-role/policy.json). Names would not do: SST cuts long ones off at the front.
 */
$transform(aws.iam.Role, (args) => {
  args.path ??= `/${$app.name}/`;
});

export {};
