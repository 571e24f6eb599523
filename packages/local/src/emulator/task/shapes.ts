/** The parts of ECS's API that tasks are run by, in its own spelling. */

export interface KeyValue {
  readonly name: string;
  readonly value: string;
}

export interface ContainerOverride {
  readonly name?: string;
  readonly command?: readonly string[];
  readonly environment?: readonly KeyValue[];
}

export interface RunTaskInput {
  readonly cluster?: string;
  readonly taskDefinition?: string;
  readonly count?: number;
  readonly startedBy?: string;
  readonly launchType?: string;
  readonly overrides?: { readonly containerOverrides?: readonly ContainerOverride[] };
}

export type TaskStatus = "PROVISIONING" | "PENDING" | "RUNNING" | "DEPROVISIONING" | "STOPPED";

export interface Container {
  readonly containerArn: string;
  readonly taskArn: string;
  readonly name: string;
  readonly image: string;
  readonly lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  readonly exitCode?: number;
  readonly reason?: string;
}

/** A task as DescribeTasks shows it. Times are epoch seconds. */
export interface TaskDescription {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly launchType: "FARGATE";
  readonly lastStatus: TaskStatus;
  readonly desiredStatus: "RUNNING" | "STOPPED";
  readonly group: string;
  readonly cpu: string;
  readonly memory: string;
  readonly startedBy?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly stoppedAt?: number;
  readonly stopCode?: "EssentialContainerExited" | "TaskFailedToStart" | "UserInitiated";
  readonly stoppedReason?: string;
  readonly containers: readonly Container[];
  readonly overrides: NonNullable<RunTaskInput["overrides"]>;
}
