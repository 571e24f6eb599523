/// <reference path="../../../.sst/platform/config.d.ts" />

/** The parts of this app as SST makes them when nobody asks for more: what the rules must find wanting. */
export default $config({
  app() {
    return { name: "plain", home: "aws", providers: { aws: { region: "ap-northeast-1" } } };
  },
  async run() {
    const vpc = new sst.aws.Vpc("Vpc");
    const database = new sst.aws.Postgres("Database", { vpc });
    const cache = new sst.aws.Redis("Cache", { vpc });
    const files = new sst.aws.Efs("Files", { vpc });
    const media = new sst.aws.Bucket("Media", { access: "cloudfront" });
    const topic = new sst.aws.SnsTopic("Topic");
    const cluster = new sst.aws.Cluster("Cluster", { vpc });
    const worker = new sst.aws.Task("Worker", {
      cluster,
      image: "public.ecr.aws/docker/library/node:24-slim",
      link: [media, database, cache],
      volumes: [{ efs: files, path: "/mnt/files" }],
    });

    const run = sst.aws.StepFunctions.ecsRunTask({
      name: "Run",
      task: worker,
      integration: "sync",
      timeout: "1 hour",
    });
    const tell = sst.aws.StepFunctions.snsPublish({ name: "Tell", topic, message: "done" });
    const workflow = new sst.aws.StepFunctions("Workflow", { definition: run.next(tell) });

    const handler = { handler: "handler.main", vpc, link: [media, database, workflow] };
    media.notify({
      notifications: [{ name: "Stored", function: handler, events: ["s3:ObjectCreated:*"] }],
    });
    topic.subscribe("Listen", handler);
    new sst.aws.Cron("Sweep", { schedule: "rate(1 hour)", function: handler });

    const api = new sst.aws.ApiGatewayV1("Api");
    api.route("GET /things", handler);
    api.deploy();
  },
});
