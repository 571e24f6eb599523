/// <reference path="../.sst/platform/config.d.ts" />
import { routes } from "../packages/functions/src/api/routes";
import { cache } from "./cache";
import { database } from "./database";
import { router } from "./delivery";
import { start, stop } from "./permissions/executions";
import { abortUploads, list, read, remove, write } from "./permissions/storage";
import { planning } from "./planning";
import { logDays, sizes } from "./stage";
import { media } from "./storage";
import { workflow } from "./workflow";

export const apiHandler = new sst.aws.Function("ApiHandler", {
  handler: "packages/functions/src/api/main.handler",
  link: [media, database, cache, workflow],
  memory: "1024 MB",
  timeout: "29 seconds",
  concurrency: { reserved: sizes.apiConcurrency },
  environment: {
    PUBLIC_URL: router.url,
    DATABASE_POOL_SIZE: String(sizes.database.poolSize),
    ...planning,
  },
  permissions: [
    start(workflow),
    stop(workflow),
    list,
    // What is under `source/` is looked for, not read; S3 knows no action for that alone. Captions that come to a video
    // that is ready go into playlists of it, under `media/`.
    read("source", "media"),
    write("source", "media"),
    remove("source", "work", "media"),
    abortUploads,
  ],
});

/** The REST API. Its methods are the routes that the handler knows, from the handler's own list. */
export const api = new sst.aws.ApiGatewayV1("Api", {
  endpoint: { type: "regional" },
  accessLog: { retention: sizes.logRetention },
  transform: { stage: { xrayTracingEnabled: true } },
});

for (const { method, path } of routes) {
  api.route(`${method} ${path}`, apiHandler.arn);
  // API Gateway answers HEAD only where it is declared.
  if (method === "GET") api.route(`HEAD ${path}`, apiHandler.arn);
}
answerAsProblems();
api.deploy();
configureMethods();

// API Gateway serves the stage below its name; the public origin does not show it.
const areas = new Set(routes.map(({ path }) => `/${path.split("/")[1]}`));
for (const area of areas) router.route(area, api.url, { rewrite: { regex: "^/", to: `/${$app.stage}/` } });

/**
 * Counts calls, keeps them at a number that the functions behind them can take, and logs what API Gateway itself fails
 * at. Never bodies and headers (`dataTraceEnabled`): they hold people's titles and presigned URLs.
 */
function configureMethods() {
  const { api: restApi, stage } = api.nodes;
  if (!stage) throw new Error("The API has no stage yet: call its deploy() first.");
  const log = new aws.cloudwatch.LogGroup("ApiExecutionLog", {
    // API Gateway's own choice of a name. Made by itself, the group would keep everything for ever.
    name: $interpolate`API-Gateway-Execution-Logs_${restApi.id}/${stage.stageName}`,
    retentionInDays: logDays,
  });
  new aws.apigateway.MethodSettings(
    "ApiMethodSettings",
    {
      restApi: restApi.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        loggingLevel: "ERROR",
        dataTraceEnabled: false,
        metricsEnabled: true,
        throttlingRateLimit: sizes.throttle.rate,
        throttlingBurstLimit: sizes.throttle.burst,
      },
    },
    { dependsOn: [log] },
  );
}

/** What API Gateway refuses by itself has the same shape as what the handler refuses: RFC 9457. */
function answerAsProblems() {
  const refusals = [
    { type: "WAF_FILTERED", status: 403, code: "forbidden", title: "Forbidden" },
    { type: "MISSING_AUTHENTICATION_TOKEN", status: 404, code: "not_found", title: "Not Found" },
    { type: "REQUEST_TOO_LARGE", status: 413, code: "body_too_large", title: "Content Too Large" },
    { type: "THROTTLED", status: 429, code: "too_many_requests", title: "Too Many Requests" },
    { type: "INTEGRATION_FAILURE", status: 502, code: "bad_gateway", title: "Bad Gateway" },
    { type: "INTEGRATION_TIMEOUT", status: 504, code: "gateway_timeout", title: "Gateway Timeout" },
  ];
  for (const { type, status, code, title } of refusals) {
    new aws.apigateway.Response(`ApiRefusal${status}`, {
      restApiId: api.nodes.api.id,
      responseType: type,
      statusCode: String(status),
      responseParameters: { "gatewayresponse.header.Content-Type": "'application/problem+json'" },
      responseTemplates: {
        "application/json": `{"type":"about:blank","title":"${title}","status":${status},"code":"${code}","requestId":"$context.requestId"}`,
      },
    });
  }
}
