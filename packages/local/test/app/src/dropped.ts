import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { S3Event } from "aws-lambda";
import { Resource } from "sst";

const { Workflow } = Resource as unknown as { Workflow: { arn: string } };

/** Starts the workflow for each object that was dropped. */
export const handler = async ({ Records }: S3Event) => {
  for (const { s3 } of Records) {
    const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
    await new SFNClient({}).send(
      new StartExecutionCommand({ stateMachineArn: Workflow.arn, input: JSON.stringify({ key }) }),
    );
  }
};
