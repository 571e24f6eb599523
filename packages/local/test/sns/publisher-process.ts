/** Topics in a process of its own, to be killed. It publishes three messages, which its function never takes. */
import { openSns } from "../../src/emulator/sns/sns.ts";

const [folder = "", topicArn = "", functionArn = "", url = ""] = process.argv.slice(2);
const sns = await openSns({
  dir: folder,
  region: "eu-north-1",
  accountId: "123456789012",
  log: () => undefined,
  endpointUrl: "http://127.0.0.1:9",
  invokeFunction: () => new Promise(() => undefined),
});
sns.putTopic({ arn: topicArn });
sns.putSubscription({ topicArn, protocol: "lambda", endpoint: functionArn });
sns.putSubscription({ topicArn, protocol: "http", endpoint: url });
await sns.resume();
for (const message of ["1", "2", "3"]) await sns.publish({ topicArn, message });
process.stdout.write("published\n");
setInterval(() => undefined, 1000);
