/// <reference path="../.sst/platform/config.d.ts" />
import "./workflow-role";
import { cache } from "./cache";
import { worker } from "./compute";
import { database } from "./database";
import { router } from "./delivery";
import { completionTopic, errorTopic } from "./notifications";
import { list, read, remove, write } from "./permissions/storage";
import { planning } from "./planning";
import { sizes } from "./stage";
import { media } from "./storage";
import { complete } from "./workflow-definition";

const { StepFunctions } = sst.aws;

const step = (handler: string) =>
  ({
    handler: `packages/functions/src/workflow/${handler}.handler`,
    link: [media, database, cache],
    timeout: "1 minute",
    concurrency: { reserved: sizes.stepConcurrency },
    environment: { PUBLIC_URL: router.url, ...planning },
  }) satisfies sst.aws.FunctionArgs;

const inspect = new sst.aws.Function("Inspect", {
  ...step("inspect"),
  // A whole processor, for indexes of a hundred thousand pictures, and room for what a hostile file makes of its reader.
  memory: "2048 MB",
  permissions: [list, read("source"), write("work")],
});
/**
 * Copies up to a gigabyte through its memory: a whole vCPU, and room for segments on their way. Nobody waits for it long:
 * where all copies are at work, a video is shown when its tasks have made something.
 */
const preview = new sst.aws.Function("Preview", {
  ...step("preview"),
  memory: "1769 MB",
  timeout: "3 minutes",
  permissions: [list, read("source", "work"), write("media")],
});
const publish = new sst.aws.Function("Publish", {
  ...step("publish"),
  memory: "1024 MB",
  // Where one file is asked for, all of a video passes through it: four hours are 9 GB.
  timeout: "15 minutes",
  permissions: [list, read("work", "media"), write("media")],
});
const recordFailure = new sst.aws.Function("RecordFailure", {
  ...step("fail"),
  permissions: [list, read("work"), remove("work", "media")],
});

export const steps = { inspect, preview, publish, recordFailure };

/**
 * Trouble of Lambda itself, and of what a function depends on: `Unavailable` is thrown while the database is away. How an
 * environment that died or took too long is called depends on the day: by its own name or as `Lambda.Unknown`.
 */
const transient = [
  "Unavailable",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.Unknown",
  "Runtime.ExitError",
  "Sandbox.Timedout",
  "States.Timeout",
];

/** Trouble of a task that another task may not have. Refusals of the call itself (access, parameters) are not among them. */
const taskTrouble = ["ECS.ServerException", "States.TaskFailed", "States.Timeout"];

/** What an inline Map runs at once at most; the planner counts on it. */
const PARTS_AT_ONCE = 40;

type Retry = NonNullable<Parameters<ReturnType<typeof StepFunctions.lambdaInvoke>["retry"]>[0]>;

const patience = {
  interval: "2 seconds",
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: "30 seconds",
  jitterStrategy: "FULL",
} as const;

/** All copies of a step are at work (stage.ts: stepConcurrency), as when many videos come at once: its turn comes, too. */
const queueing: Retry = {
  ...patience,
  errors: ["Lambda.TooManyRequestsException"],
  interval: "5 seconds",
  maxAttempts: 200,
  maxDelay: "1 minute",
};

/**
 * No task was started: AWS has no capacity, the account's quota of vCPUs is at work, or too many calls came at once. That
 * passes as other videos end, so a batch beyond the quota waits: about an hour, half of each longest wait being its mean.
 * A `Failures` entry of RunTask is `AmazonECS.Unknown`; its refusals have been seen under both of the other names.
 */
const noRoom: Retry = {
  ...patience,
  errors: ["AmazonECS.Unknown", "ECS.AmazonECSException", "ECS.ThrottlingException"],
  interval: "10 seconds",
  maxAttempts: 64,
  maxDelay: "2 minutes",
};

const notificationLost = StepFunctions.fail({
  name: "NotificationLost",
  error: "NotificationLost",
  cause: "The video's own state is right, but the message about it could not be published.",
});

const notifyError = StepFunctions.snsPublish({
  name: "NotifyError",
  topic: errorTopic,
  message: "{% $string($states.input) %}",
  output: "{% $states.input %}",
  timeout: "30 seconds",
})
  .retry({ ...patience, errors: ["States.ALL"] })
  .catch(notificationLost);

// With the database away, a failure is still recorded when it comes back within the hour.
const recordFailureState = StepFunctions.lambdaInvoke({
  name: "RecordFailure",
  function: recordFailure,
  // A Catch of this builder hands on nothing but the error; what it is about stands in the execution's own input.
  payload: {
    videoId: "{% $states.context.Execution.Input.videoId %}",
    attempt: "{% $states.context.Execution.Input.attempt %}",
    error: "{% $states.input %}",
  },
  output: "{% $states.result.Payload %}",
  timeout: "2 minutes",
})
  .retry({ ...patience, errors: ["States.ALL"], maxAttempts: 100 })
  .catch(notificationLost);

const failed = StepFunctions.fail({
  name: "Failed",
  error: "{% $states.input.error.code %}",
  cause: "{% $states.input.error.message %}",
});

notifyError.next(failed);

// A cancelled video, or one that a newer attempt works on, has not failed: nobody is told so.
recordFailureState.next(
  StepFunctions.choice({ name: "StillCurrent" })
    .when("{% $states.input.type = 'video.failed' %}", notifyError)
    .otherwise(StepFunctions.succeed({ name: "Superseded" })),
);

const inspectState = StepFunctions.lambdaInvoke({
  name: "Inspect",
  function: inspect,
  payload: { videoId: "{% $states.input.videoId %}", attempt: "{% $states.input.attempt %}" },
  output: "{% $states.result.Payload %}",
  timeout: "2 minutes",
})
  .retry(queueing)
  .retry({ ...patience, errors: transient })
  .catch(recordFailureState);

/** Which video a task works for, and what else it is told. Ids only: everything that it needs to know lies in the bucket. */
const order = (more = "") => ({
  // ECS allows 8,192 characters of overrides.
  TASK_INPUT: `{% $string({ 'videoId': $states.input.videoId, 'attempt': $states.input.attempt${more} }) %}`,
  // The context that a state sees holds no trace, and a task is told of none.
  TRACE_HEADER:
    "{% $exists($states.context.Execution.Input.trace) ? $states.context.Execution.Input.trace : '' %}",
});

const again: Retry = {
  errors: taskTrouble,
  interval: "5 seconds",
  backoffRate: 2,
  maxAttempts: 3,
  maxDelay: "2 minutes",
  jitterStrategy: "FULL",
};

const ids = { videoId: "{% $states.input.videoId %}", attempt: "{% $states.input.attempt %}" };

const processState = StepFunctions.ecsRunTask({
  name: "Process",
  task: worker,
  integration: "sync",
  environment: order(),
  output: ids,
  // Four hours of source, the longest that is accepted, at the slowest speed seen.
  timeout: "8 hours",
})
  .retry(noRoom)
  .retry(again);

// A part that fails is tried again alone. Nothing of it is handed on: what it made it tells the bucket.
const encodePart = StepFunctions.ecsRunTask({
  name: "EncodePart",
  task: worker,
  integration: "sync",
  environment: order(", 'part': $states.input.part"),
  output: "{% $states.input.part %}",
  timeout: "4 hours",
})
  .retry(noRoom)
  .retry(again);

/**
 * Inline, so that one execution tells all of a video: 40 parts at once, and about ten events of history for each. A video
 * of ten hours has some 150 parts, and an execution 25,000 events.
 */
const encodeParts = StepFunctions.map({
  name: "EncodeParts",
  items: "{% [0..($states.input.parts - 1)] %}",
  itemSelector: {
    ...ids,
    size: "{% $states.input.size %}",
    part: "{% $states.context.Map.Item.Value %}",
  },
  maxConcurrency: PARTS_AT_ONCE,
  processor: encodePart,
  output: ids,
});

// Whatever becomes of it, the video goes on without it.
const previewState = StepFunctions.lambdaInvoke({
  name: "Preview",
  function: preview,
  payload: { videoId: "{% $states.input.videoId %}", attempt: "{% $states.input.attempt %}" },
  output: "{% $states.result.Payload %}",
  timeout: "4 minutes",
})
  // Its turn comes soon, or a task is faster. What failed once would hold up the video if it were tried again.
  .retry({ ...patience, errors: ["Lambda.TooManyRequestsException"], maxAttempts: 3 })
  .catch(StepFunctions.pass({ name: "NotPreviewed" }));

/** A state of a branch cannot leave it: what fails in one is the failure of both, and the other is stopped. */
const workState = StepFunctions.parallel({
  name: "Work",
  output: "{% $states.result[1] %}",
})
  .branch(previewState)
  .branch(
    StepFunctions.choice({ name: "InParts" })
      .when("{% $states.input.mode = 'chunked' %}", encodeParts)
      .otherwise(processState),
  );
workState.catch(recordFailureState);

const publishState = StepFunctions.lambdaInvoke({
  name: "Publish",
  function: publish,
  payload: { videoId: "{% $states.input.videoId %}", attempt: "{% $states.input.attempt %}" },
  output: "{% $states.result.Payload %}",
  timeout: "16 minutes",
})
  .retry(queueing)
  .retry({ ...patience, errors: transient })
  .catch(recordFailureState);

const notifyCompletion = StepFunctions.snsPublish({
  name: "NotifyCompletion",
  topic: completionTopic,
  message: "{% $string($states.input) %}",
  output: "{% $states.input %}",
  timeout: "30 seconds",
})
  .retry({ ...patience, errors: ["States.ALL"] })
  .catch(notificationLost);

workState.next(publishState);
publishState.next(notifyCompletion);

export const workflow = new sst.aws.StepFunctions("Workflow", {
  definition: inspectState.next(workState),
  logging: { level: "all", includeData: false, retention: sizes.logRetention },
  transform: {
    stateMachine: (args) => {
      args.definition = $jsonParse(args.definition).apply((definition) =>
        JSON.stringify(complete(definition as Parameters<typeof complete>[0])),
      );
      args.tracingConfiguration = { enabled: true };
      return undefined;
    },
  },
});
