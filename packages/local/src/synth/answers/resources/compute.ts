import { arn, type Answer, hex, letters, physicalName, type Registration, text } from "../context.ts";
import { type Answerer, byArn, configures, plain } from "./builders.ts";

/** Functions, tasks and the images they run. */
export const COMPUTE: Readonly<Record<string, Answerer>> = {
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
};

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
