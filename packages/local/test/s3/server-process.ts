/**
 * A bucket in a process of its own, to be measured and killed. Arguments: the folder, and what becomes of events:
 * `accept` prints each one, `hang` never answers.
 */
import { createCredentials } from "../../src/aws/credentials.ts";
import { startAwsServer } from "../../src/aws/server.ts";
import { openS3 } from "../../src/emulator/s3/s3.ts";

const [folder = "", events = "accept"] = process.argv.slice(2);
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const place = { region: "eu-north-1", accountId: "123456789012", log: print };

const s3 = await openS3({
  ...place,
  dir: folder,
  async deliver(_target, event) {
    if (events === "hang") await new Promise(() => undefined);
    print({ event });
  },
});
await s3.putBucket({
  name: "photos",
  notifications: [
    { targetArn: "arn:aws:lambda:eu-north-1:123456789012:function:f", events: ["s3:ObjectCreated:*"] },
  ],
});
const credentials = createCredentials("seed");
credentials.issue("arn:aws:iam::123456789012:role/uploader");
const server = await startAwsServer({ ...place, port: 0, credentials, services: { s3, json: [] } });
await s3.resume();
let peakBytes = 0;
setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 20).unref();
process.on("message", () => process.send?.({ peakBytes }));
// A test that fails leaves nobody to kill this.
process.once("disconnect", () => process.exit());
print({ url: server.url });
