/// <reference path="../.sst/platform/config.d.ts" />
import { groups, subnets } from "./network";
import { sizes } from "./stage";

/**
 * What every function of the app has in common, whichever component makes it.
 *
 * The runtime is the newest that the pinned provider accepts: @pulumi/aws 6.66.2 checks the name against a list that ends
 * with nodejs22.x.
 */
$transform(sst.aws.Function, (args) => {
  args.runtime ??= "nodejs22.x";
  args.architecture ??= "arm64";
  args.memory ??= "512 MB";
  args.logging ??= { format: "json", retention: sizes.logRetention };
  args.vpc ??= { privateSubnets: subnets.private, securityGroups: [groups.functions.id] };
  args.environment = $output(args.environment ?? {}).apply((environment) => ({
    LOG_LEVEL: "info",
    // Since Node.js 20 Lambda does not load the authorities of RDS by itself; this file of the runtime holds them.
    NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
    ...environment,
  }));
  args.transform = { function: { tracingConfig: { mode: "Active" } }, ...args.transform };
});

/** A traced function's segments go to X-Ray, which offers no narrower resource than `*`. */
export const tracing = { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] };
