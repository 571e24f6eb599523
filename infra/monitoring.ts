/// <reference path="../.sst/platform/config.d.ts" />
import "./monitoring/api";
import "./monitoring/backup";
import "./monitoring/cache";
import "./monitoring/database";
import "./monitoring/dead-letters";
import "./monitoring/files";
import "./monitoring/functions";
import "./monitoring/tasks";
import "./monitoring/workflow";
import { sizes } from "./stage";

// What wakes an operator, and what they look at then. Each alarm has a section in docs/operations.md.
const dashboard = sizes.watched ? (await import("./monitoring/dashboard")).dashboard : undefined;

export const dashboardUrl =
  dashboard &&
  $interpolate`https://${aws.getRegionOutput().name}.console.aws.amazon.com/cloudwatch/home#dashboards/dashboard/${dashboard.dashboardName}`;
