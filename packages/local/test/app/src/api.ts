import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { Resource } from "sst";

/** GET /words/{name} */
export const handler = async ({ pathParameters }: APIGatewayProxyEvent) => {
  const { name: Bucket } = (Resource as unknown as { Box: { name: string } }).Box;
  try {
    const { Body } = await new S3Client({}).send(
      new GetObjectCommand({ Bucket, Key: `out/${pathParameters?.name}` }),
    );
    return {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: await Body?.transformToString(),
    };
  } catch (error) {
    if (error instanceof NoSuchKey) return { statusCode: 404, body: "" };
    throw error;
  }
};
