import { expect, test } from "vitest";
import { executionArn, mapRunArn, parseResource } from "./arn.ts";

test.each([
  ["arn:aws:states:::ecs:runTask", "ecs:runTask", "runTask", "ecs", "response"],
  ["arn:aws:states:::ecs:runTask.sync", "ecs:runTask", "runTask.sync", "ecs", "sync"],
  [
    "arn:aws:states:::states:startExecution.sync:2",
    "states:startExecution",
    "startExecution.sync:2",
    "states",
    "sync",
  ],
  [
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "sqs:sendMessage",
    "sendMessage.waitForTaskToken",
    "sqs",
    "token",
  ],
  ["arn:aws-cn:states:::aws-sdk:s3:getObject", "aws-sdk:s3:getObject", "getObject", "aws-sdk:s3", "response"],
])("%s is a service's action", (arn, integration, resource, resourceType, pattern) => {
  expect(parseResource(arn)).toEqual({ kind: "service", integration, resource, resourceType, pattern });
});

test("a function's ARN is called itself, with its version or alias", () => {
  const arn = "arn:aws:lambda:eu-central-1:111111111111:function:resize:live";
  expect(parseResource(arn)).toEqual({ kind: "function", arn });
});

test.each([
  "arn:aws:states:us-east-1:111111111111:activity:paint",
  "arn:aws:sns:us-east-1:111111111111:topic",
  "resize",
  "",
])("%j is nothing that a Task can call", (arn) => {
  expect(parseResource(arn)).toBeUndefined();
});

test("executions are named after their machine, EXPRESS ones also by an id", () => {
  const machine = "arn:aws:states:us-east-1:111111111111:stateMachine:Flow";
  expect(executionArn(machine, "one")).toBe("arn:aws:states:us-east-1:111111111111:execution:Flow:one");
  expect(executionArn(machine, "one", "id")).toBe(
    "arn:aws:states:us-east-1:111111111111:express:Flow:one:id",
  );
  expect(mapRunArn(machine, "Each", "id")).toBe("arn:aws:states:us-east-1:111111111111:mapRun:Flow/Each:id");
});
