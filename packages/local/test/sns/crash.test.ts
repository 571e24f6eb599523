import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openSns } from "../../src/emulator/sns/sns.ts";
import { ACCOUNT, collectLog, REGION, temporaryFolder } from "../aws/endpoint.ts";
import { until } from "../machine.ts";
import { FUNCTION, startSubscriber, TOPIC } from "./topic.ts";

const PROGRAM = fileURLToPath(new URL("./publisher-process.ts", import.meta.url));

test("messages that no subscriber had taken when the process was killed are delivered by the next one", async () => {
  await using folder = await temporaryFolder();
  // It refuses for the time being, so that even the question whether it wants to be subscribed has to wait.
  let isUp = false;
  await using subscriber = await startSubscriber(() => (isUp ? 200 : 503));
  const child = spawn(process.execPath, [PROGRAM, folder.path, TOPIC, FUNCTION, subscriber.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  await until("the endpoint refused", () => subscriber.received.length > 0);
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;

  isUp = true;
  const messages: string[] = [];
  const sns = await openSns({
    dir: folder.path,
    region: REGION,
    accountId: ACCOUNT,
    log: collectLog().log,
    endpointUrl: "http://127.0.0.1:9",
    async invokeFunction(_, payload) {
      const { Records } = JSON.parse(payload) as { Records: { Sns: { Message: string } }[] };
      messages.push(...Records.map(({ Sns }) => Sns.Message));
    },
  });
  sns.putTopic({ arn: TOPIC });
  sns.putSubscription({ topicArn: TOPIC, protocol: "lambda", endpoint: FUNCTION });
  sns.putSubscription({ topicArn: TOPIC, protocol: "http", endpoint: subscriber.url });
  await sns.resume();
  await until("nothing waits", () => sns.pendingDeliveries() === 0);
  expect(messages.sort()).toEqual(["1", "2", "3"]);
  const lines = (await readFile(join(folder.path, "news.jsonl"), "utf8")).trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(["1", "2", "3"]);
  await sns.close();
});
