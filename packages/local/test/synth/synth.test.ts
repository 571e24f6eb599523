import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Graph, ofType } from "../../src/synth/graph.ts";
import { SynthesisError, synthesize, type SynthesizeOptions } from "../../src/synth/synthesize.ts";

const repository = join(import.meta.dirname, "../../../..");
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The graph of a config whose `run` has this body. */
function graphOf(
  run: string,
  options: Partial<SynthesizeOptions> = {},
  providers = PROVIDERS,
): Promise<Graph> {
  const root = mkdtempSync(join(import.meta.dirname, "..", "app-"));
  folders.push(root);
  symlinkSync(join(repository, ".sst"), join(root, ".sst"));
  const app = `{ name: "shop", home: "aws", removal: input.stage === "live" ? "retain" : "remove", providers: ${providers} }`;
  writeFileSync(
    join(root, "sst.config.ts"),
    `export default $config({ app: (input) => (${app}), async run() {\n${run}\n} });`,
  );
  writeFileSync(join(root, "handler.ts"), "export const run = async () => undefined;");
  return synthesize({ root, stage: "test", ...options });
}
const PROVIDERS = `{ aws: { region: "eu-west-1" } }`;

const only = (graph: Graph, type: string) => {
  const [resource, ...others] = ofType(graph, type);
  if (!resource || others.length > 0) throw new Error(`Expected one ${type}, found ${others.length + 1}.`);
  return resource;
};

describe("a synthesis", () => {
  it.each([
    ["succeeds", `new sst.aws.Function("F", { handler: "handler.run" });`],
    ["fails", `new sst.aws.Function("F", { handler: "handler.run" }); throw new Error("no");`],
  ])("that %s leaves nothing in the temporary folder", async (_how, run) => {
    const temporary = mkdtempSync(join(tmpdir(), "synth-test-"));
    folders.push(temporary);
    vi.stubEnv("TMPDIR", temporary);
    await graphOf(run).catch((error: unknown) => {
      expect(error).toBeInstanceOf(SynthesisError);
    });
    vi.unstubAllEnvs();
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("registers what SST's own components are made of, and answers as AWS shapes it", async () => {
    const graph = await graphOf(`
      const topic = new sst.aws.SnsTopic("News");
      const bucket = new sst.aws.Bucket("Box");
      const fn = new sst.aws.Function("Run", { handler: "handler.run", link: [bucket] });
      return { topic: topic.arn, bucket: bucket.arn, fn: fn.arn };`);
    expect(graph.app).toMatchObject({ name: "shop", stage: "test", removal: "remove" });
    expect(graph.outputs).toEqual({
      topic: expect.stringMatching(
        /^arn:aws:sns:eu-west-1:\d{12}:shop-test-News(Topic)?-[a-z]{8}$/,
      ) as string,
      bucket: expect.stringMatching(/^arn:aws:s3:::shop-test-box(bucket)?-[a-z]{8}$/) as string,
      fn: expect.stringMatching(
        /^arn:aws:lambda:eu-west-1:\d{12}:function:shop-test-RunFunction-[a-z]{8}$/,
      ) as string,
    });
    const [fn] = graph.functions;
    expect(fn).toMatchObject({ handler: "handler.run", dev: false });
    expect(fn?.links).toMatchObject({
      Box: { name: only(graph, "aws:s3/bucketV2:BucketV2").outputs.bucket },
    });
  });

  it("is the same each time, and has other secrets and names with another seed", async () => {
    const run = `const bucket = new sst.aws.Bucket("Box"); return { bucket: bucket.name };`;
    const [first, second, other] = await Promise.all([
      graphOf(run, { seed: "a" }),
      graphOf(run, { seed: "a" }),
      graphOf(run, { seed: "b" }),
    ]);
    expect(second.outputs).toEqual(first.outputs);
    expect(other.outputs).not.toEqual(first.outputs);
  });

  it("follows the stage, and `sst dev`", async () => {
    const run = `
      new sst.aws.Bucket("Box");
      new sst.aws.Function("Run", { handler: "handler.run" });
      return { stage: $app.stage, dev: String($dev) };`;
    const [live, dev] = await Promise.all([
      graphOf(run, { stage: "live" }),
      graphOf(run, { stage: "ann", dev: true }),
    ]);
    expect(live.app).toMatchObject({ stage: "live", removal: "retain" });
    expect(live.outputs).toEqual({ stage: "live", dev: "false" });
    expect(live.functions).toMatchObject([{ dev: false }]);
    expect(dev.outputs).toEqual({ stage: "ann", dev: "true" });
    expect(dev.functions).toMatchObject([{ dev: true }]);
  });

  it("takes from its caller what only the caller knows", async () => {
    const graph = await graphOf(`const topic = new sst.aws.SnsTopic("News"); return { arn: topic.arn };`, {
      outputs: { "aws:sns/topic:Topic": async ({ name }) => ({ arn: `here:${name}` }) },
    });
    expect(graph.outputs.arn).toMatch(/^here:News/);
  });
});

describe("a domain of one's own", () => {
  const run = `const router = new sst.aws.Router("Door", { domain: process.env.DOMAIN ?? "" }); return { url: router.url };`;

  it("is proven to a certificate in us-east-1, and points at the distribution from its zone", async () => {
    const graph = await graphOf(run, { env: { DOMAIN: "film.example.com" } });
    expect(graph.outputs.url).toBe("https://film.example.com");
    const certificate = only(graph, "aws:acm/certificate:Certificate");
    expect(certificate.outputs.arn).toMatch(/^arn:aws:acm:us-east-1:/);
    const distribution = only(graph, "aws:cloudfront/distribution:Distribution");
    expect(distribution.inputs).toMatchObject({
      aliases: ["film.example.com"],
      viewerCertificate: { acmCertificateArn: certificate.outputs.arn },
    });
    const records = ofType(graph, "aws:route53/record:Record").map(({ inputs }) => inputs);
    expect(records.map(({ type }) => type).sort()).toEqual(["A", "AAAA", "CNAME"]);
    expect(new Set(records.map(({ zoneId }) => zoneId)).size).toBe(1);
    expect(records[0]?.zoneId).toMatch(/^Z[A-Z0-9]{19}$/);
    for (const { aliases } of records.filter(({ type }) => type !== "CNAME"))
      expect(aliases).toMatchObject([{ name: distribution.outputs.domainName }]);
    expect(records.find(({ type }) => type === "CNAME")).toMatchObject({
      name: expect.stringMatching(/^_[0-9a-f]{32}\.film\.example\.com\.$/) as string,
      records: [expect.stringMatching(/\.acm-validations\.aws\.$/)],
    });
  });
});

it("a cache's address names its region as ElastiCache does", async () => {
  const run = `
    const vpc = new sst.aws.Vpc("Net");
    return { host: new sst.aws.Redis("Fast", { vpc, cluster: false }).host };`;
  for (const [region, name] of [
    ["eu-central-1", "euc1"],
    ["us-east-2", "use2"],
    ["ap-southeast-1", "apse1"],
  ]) {
    const graph = await graphOf(run, {}, `{ aws: { region: "${region ?? ""}" } }`);
    expect(graph.outputs.host).toMatch(new RegExp(`\\.${name ?? ""}\\.cache\\.amazonaws\\.com$`));
  }
});

describe("a synthesis refuses, by name,", () => {
  const refused = async (run: string, providers?: string) => {
    const error: unknown = await graphOf(run, {}, providers).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SynthesisError);
    return (error as SynthesisError).message;
  };

  it("a resource type that it does not know", async () => {
    const message = await refused(
      `new aws.gamelift.Alias("Odd", { routingStrategy: { type: "TERMINAL" } });`,
    );
    expect(message).toMatch(/"aws:gamelift\/alias:Alias" \(of "Odd"\).*answers\/resources\.ts/);
  });

  it("a question to AWS that it has no answer to", async () => {
    const message = await refused(`await aws.ec2.getSpotPrice({ instanceType: "t3.micro" });`);
    expect(message).toContain(`"aws:ec2/getSpotPrice:getSpotPrice"`);
  });

  it("a look at a resource that exists already", async () => {
    const message = await refused(`aws.sqs.Queue.get("Old", "https://sqs/queue");`);
    expect(message).toMatch(/"aws:sqs\/queue:Queue" \(id "https:\/\/sqs\/queue"\)/);
  });

  it("what the program itself refuses", async () => {
    expect(await refused(`throw new Error("This stage may not exist.");`)).toContain(
      "This stage may not exist.",
    );
  });

  it("an app without a region", async () => {
    expect(await refused(`new sst.aws.Bucket("Box");`, `{ aws: true }`)).toMatch(/needs a region/);
  });
});
