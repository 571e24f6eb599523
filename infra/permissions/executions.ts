/// <reference path="../../.sst/platform/config.d.ts" />

// A link says which machine it is. What may be done with it is said below, where SST would allow everything.
sst.Linkable.wrap(sst.aws.StepFunctions, ({ arn }: sst.aws.StepFunctions) => ({ properties: { arn } }));

export const start = ({ arn }: sst.aws.StepFunctions) => ({
  actions: ["states:StartExecution"],
  resources: [arn],
});

export const stop = (machine: sst.aws.StepFunctions) => ({
  actions: ["states:StopExecution"],
  resources: executionsOf(machine),
});

export const describe = (machine: sst.aws.StepFunctions) => ({
  actions: ["states:DescribeExecution"],
  resources: executionsOf(machine),
});

const executionsOf = ({ arn }: sst.aws.StepFunctions) => [
  $interpolate`${arn.apply((machine) => machine.replace(":stateMachine:", ":execution:"))}:*`,
];
