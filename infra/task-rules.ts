/// <reference path="../.sst/platform/config.d.ts" />
import { trustOf } from "./service-role";
import { WORKER_ID } from "./storage";

/** The volume of the task's own disk that the one writable folder lies on. */
const DISK = "work";

/**
 * Narrows what the component lets a task do to what an encoder of strangers' files needs.
 *
 * @param folder the one path that it may write to, besides volumes of the component.
 */
export function secure(args: aws.ecs.TaskDefinitionArgs, folder: string): void {
  args.containerDefinitions = $jsonParse(args.containerDefinitions).apply((containers: Container[]) =>
    JSON.stringify(containers.map((container) => harden(container, folder))),
  );
  args.volumes = $output(args.volumes).apply((volumes = []) => [
    ...volumes.map(({ efsVolumeConfiguration: files, ...volume }) => ({
      ...volume,
      // Without it whoever reaches the mount target is let in, by the access point but without a name.
      efsVolumeConfiguration: files && {
        ...files,
        authorizationConfig: { ...files.authorizationConfig, iam: "ENABLED" },
      },
    })),
    { name: DISK },
  ]);
  // An execution that started before a deployment retries on the revision it knows.
  args.skipDestroy = true;
}

interface Container {
  portMappings?: unknown;
  linuxParameters?: Record<string, unknown>;
  mountPoints?: object[];
  logConfiguration: { options: Record<string, string> };
  [setting: string]: unknown;
}

/**
 * No ports, no terminal, no privileges, nothing to write to but one folder; two minutes to put things away after SIGTERM,
 * the most that Fargate gives. The log never holds the encoder up: what CloudWatch does not take in time waits in 25 MB of
 * memory, and what does not fit there is lost.
 */
function harden({ portMappings: _, logConfiguration, ...container }: Container, folder: string): Container {
  return {
    ...container,
    pseudoTerminal: false,
    user: String(WORKER_ID),
    readonlyRootFilesystem: true,
    stopTimeout: 120,
    linuxParameters: { ...container.linuxParameters, capabilities: { drop: ["ALL"] } },
    mountPoints: [...(container.mountPoints ?? []), { sourceVolume: DISK, containerPath: folder }],
    logConfiguration: {
      ...logConfiguration,
      options: { ...logConfiguration.options, mode: "non-blocking", "max-buffer-size": "25m" },
    },
  };
}

/** What ECS itself does for a task before its program runs: fetch the image that SST pushed, and open the task's log. */
export function limitExecution(args: aws.iam.RoleArgs, cluster: $util.Output<string>): void {
  const { accountId } = aws.getCallerIdentityOutput();
  const { partition } = aws.getPartitionOutput();
  const place = $interpolate`${aws.getRegionOutput().name}:${accountId}`;
  args.assumeRolePolicy = trustOf("ecs-tasks.amazonaws.com", "ecs", "*");
  args.managedPolicyArns = [];
  args.inlinePolicies = [
    {
      name: "inline",
      policy: $jsonStringify({
        Version: "2012-10-17",
        Statement: [
          // A token is for a whole registry: AWS offers no narrower resource.
          { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
          {
            Effect: "Allow",
            Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            Resource: $interpolate`arn:${partition}:ecr:${place}:repository/sst-asset`,
          },
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: $interpolate`arn:${partition}:logs:${place}:log-group:/sst/cluster/${cluster}/*`,
          },
        ],
      }),
    },
  ];
}
