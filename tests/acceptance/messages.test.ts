import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, expect, inject, it } from "vitest";
import { removeUploads, upload, uploadFile } from "./support/client.ts";
import { type Listener, listenByHttp, listenByQueue } from "./support/listener.ts";
import { testClip } from "./support/media.ts";
import { deployedUrl, SETTLED_WITHIN_MS } from "./support/target.ts";
import { until } from "./support/until.ts";

const baseUrl = inject("baseUrl");

/** Of a deployed stage: its topics' ARNs, as `sst deploy` prints them, with a blank or comma between. */
const topicsOfStage = process.env.TELECINE_TOPICS?.split(/[\s,]+/).filter(Boolean) ?? [];

afterAll(() => removeUploads(baseUrl));

it("tells SNS's subscribers what became of a video", async ({ skip }) => {
  skip(
    deployedUrl !== undefined && topicsOfStage.length === 0,
    "needs the stage's topics in TELECINE_TOPICS, and AWS credentials that may subscribe to them",
  );
  const listener = await listen();
  try {
    const good = await uploadFile(baseUrl, await testClip("good.mp4", "320x240", "25", 3));
    const bad = await upload(baseUrl, new TextEncoder().encode("no video ".repeat(100)), {
      fileName: "text.mp4",
    });
    const about = (id: string) =>
      listener.messages
        .map((text) => JSON.parse(text) as { id?: string })
        .filter((message) => message.id === id);
    await until("both messages", () => about(good).length > 0 && about(bad).length > 0, SETTLED_WITHIN_MS);
    expect(about(good)[0]).toMatchObject({ type: "video.ready", status: "ready", attempt: 1 });
    expect(about(bad)[0]).toMatchObject({
      type: "video.failed",
      status: "failed",
      error: { code: "source_not_video" },
    });
    expect([about(good).length, about(bad).length]).toEqual([1, 1]);
  } finally {
    await listener.close();
  }
});

/** On this machine the topics can reach it; those of a stage reach a queue of its region. */
async function listen(): Promise<Listener> {
  if (deployedUrl !== undefined) {
    const region = topicsOfStage[0]?.split(":")[3] ?? "";
    return listenByQueue(new SNSClient({ region }), new SQSClient({ region }), topicsOfStage);
  }
  const { AWS_ENDPOINT_URL = "", AWS_REGION = "", ...keys } = inject("aws");
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = keys;
  const credentials = { accessKeyId, secretAccessKey };
  const sns = new SNSClient({ endpoint: AWS_ENDPOINT_URL, region: AWS_REGION, credentials });
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  expect(Topics).toHaveLength(2);
  return listenByHttp(
    sns,
    Topics.flatMap(({ TopicArn }) => TopicArn ?? []),
  );
}
