/** An app with nothing in common with any other: a drop box that counts the words of what is put into it. */
export default $config({
  app() {
    return { name: "wordcount", home: "aws", removal: "remove", providers: { aws: { region: "eu-west-1" } } };
  },
  async run() {
    const box = new sst.aws.Bucket("Box");
    const shown = new sst.aws.Bucket("Shown", { access: "cloudfront" });
    const router = new sst.aws.Router("Router");
    router.routeBucket("/shown", shown);
    const topic = new sst.aws.SnsTopic("Counted");
    const vpc = new sst.aws.Vpc("Vpc", { az: 1 });
    const cluster = new sst.aws.Cluster("Cluster", {
      vpc: {
        id: vpc.id,
        securityGroups: vpc.securityGroups,
        containerSubnets: vpc.privateSubnets,
        loadBalancerSubnets: vpc.publicSubnets,
      },
    });
    const counter = new sst.aws.Task("Counter", {
      cluster,
      image: "public.ecr.aws/docker/library/node:24-slim",
      link: [box],
      environment: { SEPARATOR: " " },
      dev: { command: "node src/counter.ts", directory: "." },
    });

    const { StepFunctions } = sst.aws;
    const count = StepFunctions.ecsRunTask({
      name: "Count",
      task: counter,
      integration: "sync",
      environment: { KEY: "{% $states.input.key %}" },
      output: { key: "{% $states.input.key %}" },
    }).retry({ errors: ["States.TaskFailed"], maxAttempts: 1, interval: "1 second" });
    const read = StepFunctions.lambdaInvoke({
      name: "Read",
      function: { handler: "src/read.handler", link: [box] },
      payload: { key: "{% $states.input.key %}" },
      output: "{% $states.result.Payload %}",
    });
    const tell = StepFunctions.snsPublish({ name: "Tell", topic, message: "{% $string($states.input) %}" });
    const workflow = new sst.aws.StepFunctions("Workflow", { definition: count.next(read).next(tell) });

    box.notify({
      notifications: [
        {
          name: "Dropped",
          function: { handler: "src/dropped.handler", link: [workflow] },
          events: ["s3:ObjectCreated:*"],
          filterPrefix: "in/",
        },
      ],
    });
    topic.subscribe("Log", { handler: "src/counted.handler", link: [box] });

    const api = new sst.aws.ApiGatewayV1("Api");
    api.route("GET /words/{name}", { handler: "src/api.handler", link: [box] });
    api.route("GET /secret", { handler: "src/stranger.handler", environment: { BOX: box.name } });
    api.deploy();
    return {
      api: api.url,
      box: box.name,
      workflow: workflow.arn,
      topic: topic.arn,
      shown: shown.name,
      site: router.url,
    };
  },
});
