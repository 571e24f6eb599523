/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const permanent = input.stage === "production";
    return {
      name: "telecine",
      home: "aws",
      // Production keeps its database, buckets and files when it is removed; every other stage leaves nothing behind.
      removal: permanent ? "retain" : "remove",
      protect: permanent,
      providers: {
        // The version that SST 3.19.3 is built and tested with.
        aws: {
          version: "6.66.2",
          region: (process.env.TELECINE_REGION ?? "ap-northeast-1") as "ap-northeast-1",
        },
      },
    };
  },
  console: {
    autodeploy: {
      // A push to main deploys production; a pull request gets a stage of its own until it is closed.
      target(event) {
        if (event.type === "branch" && event.branch === "main" && event.action === "pushed")
          return { stage: "production" };
        if (event.type === "pull_request") return { stage: `pr-${event.number}` };
        return undefined;
      },
    },
  },
  async run() {
    await import("./infra/role-path");
    await import("./infra/development");
    await import("./infra/encryption");
    await import("./infra/network");
    await import("./infra/database");
    await import("./infra/cache");
    await import("./infra/storage");
    await import("./infra/access-log");
    await import("./infra/notifications");
    const { router } = await import("./infra/delivery");
    const { cluster } = await import("./infra/compute");
    const { workflow } = await import("./infra/workflow");
    const { completionTopic, errorTopic } = await import("./infra/notifications");
    await import("./infra/ingest");
    const { api } = await import("./infra/api");
    await import("./infra/firewall");
    const { site } = await import("./infra/console");
    await import("./infra/maintenance");
    await import("./infra/backup");
    await import("./infra/budget");
    // What it watches runs on the developer's machine in `sst dev`.
    const dashboard = $dev ? undefined : (await import("./infra/monitoring")).dashboardUrl;

    return {
      api: router.url,
      apiGateway: api.url,
      console: site.url,
      completionTopic: completionTopic.arn,
      errorTopic: errorTopic.arn,
      workflow: workflow.arn,
      cluster: cluster.nodes.cluster.arn,
      ...(dashboard && { dashboard }),
    };
  },
});
